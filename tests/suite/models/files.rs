//! The files behind the lists: described, made anew, lost, damaged or of another history.

use super::*;

/// Below this line the page of the tables is written from the code.
const MARK: &str = "<!-- Written from the tables; do not edit below. -->\n\n";

#[test]
fn the_page_of_the_tables_is_written_from_the_code() {
    let path = crate::tools::root().join("docs/read-models.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (prose, shown) = page.split_once(MARK).expect("the mark");
    let written = models::tables::document();
    if std::env::var_os("BIHUAN_WRITE_DOCS").is_some() {
        fs::write(&path, format!("{prose}{MARK}{written}")).expect("writes");
        return;
    }
    assert!(shown == written, "run with BIHUAN_WRITE_DOCS=1");
}

// The files behind the lists.

fn models_in(folder: &TempDir) -> PathBuf {
    folder.path().join("data").join("models")
}

/// The file in use.
fn file_in(folder: &TempDir) -> PathBuf {
    let files = fs::read_dir(models_in(folder)).expect("a folder").flatten();
    let mut files = files.map(|file| file.path());
    let is_file = |path: &PathBuf| path.extension().is_some_and(|end| end == "sqlite");
    files.find(is_file).expect("a file")
}

/// Makes the models of a folder at rest anew, and tells what came of it.
fn rebuilt(data: &Path) -> models::Rebuilt {
    let config = LedgerConfig {
        create: false,
        ..LedgerConfig::at(data)
    };
    let ledger = Ledger::open(config).expect("opens");
    let of = (ledger.queries(), ledger.id());
    let content = Box::new(models::Objects::new(true));
    let rebuilt = models::rebuild(content, of, data, &mut |_, _| true);
    ledger.close();
    rebuilt.expect("rebuilds")
}

#[test]
fn what_was_followed_equals_what_is_rebuilt() {
    let folder = run(async {
        // Followed event by event, and over a restart in the middle.
        let mut town = Town::with(&money_line()[..4]).await.restarted().await;
        for event in &money_line()[4..] {
            town.accept(std::slice::from_ref(event)).await;
            let mut client = lists(&town.server).await;
            row_of(&mut client, PROJECT, last(&town)).await;
        }
        town.server.stop().await
    });
    let told = rebuilt(&folder.path().join("data"));
    assert_eq!(told.before, Some(told.digest));
    assert_eq!(told.events as usize, money_line().len());
    let folder = run(async {
        let town = city(40).await;
        let mut client = lists(&town.server).await;
        let asked = v1::ListProjectsRequest {
            min_position: last(&town),
            ..v1::ListProjectsRequest::default()
        };
        client.list_projects(asked).await.expect("a list");
        town.server.stop().await
    });
    let told = rebuilt(&folder.path().join("data"));
    assert_eq!(told.before, Some(told.digest));
    let again = rebuilt(&folder.path().join("data"));
    assert_eq!(again.digest, told.digest);
}

/// What is done to the file.
type Harm = fn(&Path);

#[test]
fn lost_damaged_and_foreign_files_are_made_anew() {
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = lists(&town.server).await;
        let wanted = row_of(&mut client, PROJECT, last(&town)).await;
        let mut folder = town.server.stop().await;
        let harms: [(&str, Harm); 6] = [
            ("lost", |file| fs::remove_file(file).expect("removed")),
            ("emptied", |file| fs::write(file, b"").expect("written")),
            ("no database", |file| {
                fs::write(file, vec![7; 9_000]).expect("written");
            }),
            ("cut short", |file| {
                let bytes = fs::read(file).expect("readable");
                fs::write(file, &bytes[..bytes.len() / 2]).expect("written");
            }),
            ("of another version", |file| {
                let database = rusqlite::Connection::open(file).expect("opens");
                let changed = database.execute("UPDATE place SET version = 0", []);
                changed.expect("changed");
            }),
            ("of another history", |file| {
                let database = rusqlite::Connection::open(file).expect("opens");
                let changed = database.execute("UPDATE place SET root = 'ff'", []);
                changed.expect("changed");
            }),
        ];
        for (what, harm) in harms {
            harm(&file_in(&folder));
            let server = Server::start_in(folder, |_| {}).await;
            let mut client = lists(&server).await;
            let end = server.ledger.queries().reader.end();
            // A file cut short may look whole until someone reads on; then it is made anew.
            let row = loop {
                let asked = v1::ListProjectsRequest {
                    min_position: end.checked_sub(1),
                    ..v1::ListProjectsRequest::default()
                };
                match client.list_projects(asked).await {
                    Ok(answer) => break answer.into_inner().projects[0].clone(),
                    Err(status) => {
                        let refused = Refused::of(status);
                        refused.is(Code::Unavailable, "MODELS_NOT_READY", &[]);
                    }
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            assert_eq!(row, wanted, "{what}");
            folder = server.stop().await;
            let left = fs::read_dir(models_in(&folder))
                .expect("a folder")
                .flatten();
            let left: Vec<_> = left.map(|file| file.file_name()).collect();
            assert_eq!(left.len(), 1, "{what}: {left:?}");
        }
    });
}
