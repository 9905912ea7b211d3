//! A stand-in for Mautic, on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use mautic_stand_in::{Options, StandIn, Version};
use tokio::net::TcpListener;

/// Plays a Mautic server for tests and demonstrations.
#[derive(Parser)]
#[command(name = "mautic-stand-in", disable_version_flag = true)]
struct Arguments {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// Mautic's site URL, which its redirects are built from
    #[arg(long, default_value = "http://localhost:8081")]
    site_url: String,
    /// The folder to serve, such as /mautic, if not that of the site URL
    #[arg(long)]
    base_path: Option<String>,
    /// The Mautic version to play: 5.1.1, 6.0.3, 7.0.0
    #[arg(long, default_value = "7.0.0")]
    version: Version,
    /// The password of the user "admin"
    #[arg(long, default_value = "mautic")]
    admin_password: String,
    /// The API credential's client id, such as 1_abc; made up if not given
    #[arg(long)]
    client_id: Option<String>,
    /// Its client secret; made up if not given
    #[arg(long)]
    client_secret: Option<String>,
    /// A redirect URI to register for it; can be repeated
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// Keep clients, users and tokens in this JSON file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Append each request to this file, as a line of JSON
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Serve the control interface under /_stand-in/
    #[arg(long)]
    control: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mautic-stand-in: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), String> {
    let version = arguments.version.to_string();
    let listen = arguments.listen;
    let stand_in = StandIn::new(&Options {
        version: arguments.version,
        site_url: arguments.site_url,
        base_path: arguments.base_path,
        admin_password: arguments.admin_password,
        client_id: arguments.client_id,
        client_secret: arguments.client_secret,
        redirect_uris: arguments.redirect_uris,
        control: arguments.control,
        state: arguments.state,
        log: arguments.log,
    })?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    println!("Mautic {version} (stand-in), listening on {listen}");
    for line in stand_in.credentials() {
        println!("{:<15}{}", line.name, line.value);
    }
    let stop = async {
        // Without signals the process can still be killed.
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, stand_in.router())
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| error.to_string())
}
