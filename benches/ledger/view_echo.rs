//! An echo of a view: the service of views without a ledger, which answers one view, ready made, so
//! that messages, codec and transport are the same and only the making of the view differs.

use std::sync::Arc;

use bihuan::events::v1::{
    self,
    project_service_server::{ProjectService, ProjectServiceServer},
};
use tokio_stream::Empty;
use tonic::{
    Request, Response, Status,
    transport::server::{Server, TcpIncoming},
};

use crate::load::Address;

/// Answers one view.
pub struct ViewEcho(Arc<v1::GetProjectResponse>);

impl ViewEcho {
    /// Serves until the runtime ends, on a port of its own.
    pub fn serve(answer: v1::GetProjectResponse) -> Address {
        let loopback = Address::from(([127, 0, 0, 1], 0));
        let incoming = TcpIncoming::bind(loopback)
            .expect("a port is free")
            .with_nodelay(Some(true));
        let address = incoming
            .local_addr()
            .expect("a bound socket has an address");
        let server = Server::builder()
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20)
            .add_service(ProjectServiceServer::new(Self(Arc::new(answer))))
            .serve_with_incoming(incoming);
        tokio::spawn(async move { server.await.expect("the transport works") });
        address
    }
}

fn nothing<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("the echo has one view"))
}

#[tonic::async_trait]
impl ProjectService for ViewEcho {
    async fn get_project(
        &self,
        _request: Request<v1::GetProjectRequest>,
    ) -> Result<Response<v1::GetProjectResponse>, Status> {
        Ok(Response::new(self.0.as_ref().clone()))
    }

    type WatchProjectStream = Empty<Result<v1::WatchProjectResponse, Status>>;

    async fn watch_project(
        &self,
        _request: Request<v1::WatchProjectRequest>,
    ) -> Result<Response<Self::WatchProjectStream>, Status> {
        nothing()
    }

    async fn get_budget_line(
        &self,
        _request: Request<v1::GetBudgetLineRequest>,
    ) -> Result<Response<v1::GetBudgetLineResponse>, Status> {
        nothing()
    }

    async fn get_contract(
        &self,
        _request: Request<v1::GetContractRequest>,
    ) -> Result<Response<v1::GetContractResponse>, Status> {
        nothing()
    }

    async fn get_order(
        &self,
        _request: Request<v1::GetOrderRequest>,
    ) -> Result<Response<v1::GetOrderResponse>, Status> {
        nothing()
    }

    async fn get_framework(
        &self,
        _request: Request<v1::GetFrameworkRequest>,
    ) -> Result<Response<v1::GetFrameworkResponse>, Status> {
        nothing()
    }

    async fn get_supplier(
        &self,
        _request: Request<v1::GetSupplierRequest>,
    ) -> Result<Response<v1::GetSupplierResponse>, Status> {
        nothing()
    }

    async fn get_unit(
        &self,
        _request: Request<v1::GetUnitRequest>,
    ) -> Result<Response<v1::GetUnitResponse>, Status> {
        nothing()
    }

    async fn get_process(
        &self,
        _request: Request<v1::GetProcessRequest>,
    ) -> Result<Response<v1::GetProcessResponse>, Status> {
        nothing()
    }
}
