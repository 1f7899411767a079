//! The server of the demonstration: in this process, on loopback, in a fresh folder.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    cli::{
        exit::{Exit, Failure},
        serve,
    },
    grpc::{self, ServeError, ServerConfig},
    ledger::LedgerConfig,
};

/// A running server.
#[derive(Debug)]
pub struct Host {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its folder.
    pub data: PathBuf,
    is_temporary: bool,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
}

impl Host {
    /// Starts a server under the simulated clock. Without a folder in a temporary one, which is
    /// removed at the end. Without a port on the usual one, or on any when that is taken.
    ///
    /// Refused: a folder that is not empty.
    pub async fn start(data: Option<&Path>, port: Option<u16>) -> Result<Self, Failure> {
        let (data, is_temporary) = match data {
            Some(data) => (fresh(data)?, false),
            None => (temporary()?, true),
        };
        let ports = match port {
            Some(port) => vec![port],
            None => vec![usual_port(), 0],
        };
        let mut last = None;
        for port in ports {
            let started = launch(&data, port).await;
            match started {
                Ok((address, stop, served)) => {
                    return Ok(Self {
                        address,
                        data,
                        is_temporary,
                        stop,
                        served,
                    });
                }
                Err(error @ ServeError::Listen(..)) => last = Some(error),
                Err(error) => return Err(serve::failure(&error)),
            }
        }
        let stopped = || Failure::new(Exit::Failed, ("服务器未启动", "the server did not start"));
        Err(last.map_or_else(stopped, |error| serve::failure(&error)))
    }

    /// How clients reach it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server; removes a temporary folder.
    pub async fn stop(self) -> Result<(), Failure> {
        let _ = self.stop.send(());
        let served = self.served.await;
        if self.is_temporary {
            let removed = fs::remove_dir_all(&self.data);
            removed.map_err(|error| Failure::file(&self.data, &error))?;
        }
        match served {
            Ok(served) => served.map_err(|error| serve::failure(&error)),
            Err(error) => {
                let what = ("服务器异常结束", format!("the server ended badly: {error}"));
                Err(Failure::new(Exit::Failed, what))
            }
        }
    }
}

type Launched = (
    SocketAddr,
    oneshot::Sender<()>,
    JoinHandle<Result<(), ServeError>>,
);

async fn launch(data: &Path, port: u16) -> Result<Launched, ServeError> {
    let (ready, is_ready) = oneshot::channel();
    let (stop, stopped) = oneshot::channel();
    let ledger = LedgerConfig {
        simulated_clock: true,
        ..LedgerConfig::at(data)
    };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let config = ServerConfig::new(ledger, listen);
    let mut served = tokio::spawn(async move {
        let shutdown = async {
            // A sender that is gone means the demo is over.
            let _ = stopped.await;
        };
        grpc::serve(config, shutdown, |address, _| {
            let _ = ready.send(address);
        })
        .await
    });
    tokio::select! {
        address = is_ready => match address {
            Ok(address) => Ok((address, stop, served)),
            Err(_) => Err(ended(served.await)),
        },
        ended_early = &mut served => Err(ended(ended_early)),
    }
}

/// Why a server ended that was to go on.
fn ended(served: Result<Result<(), ServeError>, tokio::task::JoinError>) -> ServeError {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    match served {
        Ok(Err(error)) => error,
        Ok(Ok(())) => ServeError::Listen(listen, std::io::Error::other("it ended at once")),
        Err(error) => ServeError::Listen(listen, std::io::Error::other(error)),
    }
}

fn usual_port() -> u16 {
    let port = crate::cli::args::ENDPOINT
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok());
    port.unwrap_or(0)
}

fn temporary() -> Result<PathBuf, Failure> {
    let name = format!("bihuan-demo-{}", uuid::Uuid::new_v4());
    let data = std::env::temp_dir().join(name);
    fs::create_dir(&data).map_err(|error| Failure::file(&data, &error))?;
    Ok(data)
}

fn fresh(data: &Path) -> Result<PathBuf, Failure> {
    match fs::read_dir(data) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::file(data, &error)),
        Ok(mut entries) => {
            if entries.next().is_some() {
                let what = (
                    "演示需要空目录",
                    "the demo needs a fresh folder; this one is not empty",
                );
                let failure = Failure::new(Exit::Input, what).at(data.display().to_string());
                return Err(failure.next((
                    "换一个目录；或用 bihuan serve --data 打开已有账本",
                    "name another; an existing ledger is opened with bihuan serve --data",
                )));
            }
        }
    }
    Ok(data.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_writes_into_a_folder_that_holds_something() {
        let folder = tempfile::tempdir().unwrap();
        assert!(fresh(folder.path()).is_ok());
        assert!(fresh(&folder.path().join("new")).is_ok());
        fs::write(folder.path().join("letter.txt"), "dear").unwrap();
        assert_eq!(fresh(folder.path()).unwrap_err().exit, Exit::Input);
        assert_eq!(usual_port(), 50_551);
    }
}
