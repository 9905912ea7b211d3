// The site of the parts that call Mautic, as in production: WordPress on MariaDB with the plugin connected, and
// Mautic behind a web server that speaks TLS.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Mautic } from '../e2e/harness/mautic.mjs';
import { freePort, ROOT, run, Server } from '../e2e/harness/processes.mjs';

const SITE_URL = 'http://wordpress.test';
// OPcache takes no file that is younger.
export const OPCACHE_AGE = 2500;

/** A private MariaDB in a folder. */
export function startMariadb( folder, port ) {
	return Server.start( join( ROOT, 'scripts/mariadb.sh' ), [ join( folder, 'mariadb' ), String( port ) ], port, join( folder, 'mariadb.log' ) );
}

/** Installs a site with a database of its own. It does not debug, and cron runs elsewhere. */
export async function install( path, port, database ) {
	await run( 'mariadb', [ '--no-defaults', '-h127.0.0.1', `-P${ port }`, '-uwordpress', '-pwordpress', '-e', `CREATE DATABASE ${ database }` ] );
	await run( join( ROOT, 'scripts/site.sh' ), [ 'install', path, SITE_URL, 'password', `127.0.0.1:${ port }:wordpress:wordpress:${ database }` ] );
	const file = join( path, 'wp-config.php' );
	const config = readFileSync( file, 'utf8' ).replace( /^.*WP_DEBUG_.*\n/gm, '' )
		.replace( "define( 'WP_DEBUG', true );", "define( 'WP_DEBUG', false );\ndefine( 'DISABLE_WP_CRON', true );" );
	writeFileSync( file, config );
}

/** Starts MariaDB, Mautic and its web server, and installs the site in `FOLDER/with`, all in a folder. */
export class Site {
	static async start( folder ) {
		const site = new Site();
		site.folder = folder;
		const port = await freePort();
		site.mariadb = await startMariadb( folder, port );
		await install( join( folder, 'with' ), port, 'wordpress' );
		site.mautic = await Mautic.start( folder );
		await site.#startTls();
		await sleep( OPCACHE_AGE );
		return site;
	}


	/** The certificate joins those that WordPress trusts, so that reading them costs what it costs everywhere. */
	async #startTls() {
		const port = await freePort();
		const [ key, certificate ] = [ 'key.pem', 'certificate.pem' ].map( ( name ) => join( this.folder, name ) );
		await run( 'openssl', [ 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate,
			'-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost' ] );
		appendFileSync( join( this.folder, 'with/wp-includes/certificates/ca-bundle.crt' ), readFileSync( certificate ) );
		// cURL tries both addresses of that name.
		const sixth = Object.values( networkInterfaces() ).flat().some( ( { address } ) => address === '::1' );
		const config = join( this.folder, 'tls.conf' );
		writeFileSync( config, `
			daemon off;
			worker_processes 1;
			pid tls.pid;
			events {}
			http {
				access_log off;
				${ [ 'client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi' ].map( ( what ) => `${ what }_temp_path tls-temp;` ).join( ' ' ) }
				upstream mautic { server 127.0.0.1:${ this.mautic.port }; keepalive 32; }
				server {
					listen 127.0.0.1:${ port } ssl;
					${ sixth ? `listen [::1]:${ port } ssl;` : '' }
					ssl_certificate ${ certificate };
					ssl_certificate_key ${ key };
					location / {
						proxy_pass http://mautic;
						proxy_http_version 1.1;
						proxy_set_header Connection "";
						proxy_set_header Host $http_host;
					}
				}
			}` );
		this.tls = await Server.start( 'nginx', [ '-p', this.folder, '-e', 'tls.log', '-c', config ], port, join( this.folder, 'tls.out' ) );
		this.httpsUrl = `https://localhost:${ port }`;
		this.httpUrl = this.mautic.url;
	}

	/** Connects the plugin to Mautic at a base URL, with access tokens that Mautic says live for so many seconds. */
	async connect( baseUrl, seconds = 3600 ) {
		await this.lifetime( seconds );
		const { clientId, clientSecret, user } = this.mautic;
		const redirectUri = `${ SITE_URL }/wp-admin/admin.php`;
		await this.mautic.register( redirectUri );
		const code = { kind: 'code', client_id: clientId, user, value: `code-${ Date.now() }`, redirect_uri: redirectUri };
		await this.mautic.control( 'POST', 'tokens', code );
		const settings = { base_url: baseUrl, client_id: clientId, client_secret: clientSecret };
		await run( 'php', [ join( ROOT, 'tests/bench/connect.php' ), join( this.folder, 'with' ), JSON.stringify( settings ), code.value ] );
	}

	/** How long the tokens of the next answers live. */
	async lifetime( seconds ) {
		await this.mautic.control( 'DELETE', 'faults' );
		await this.mautic.fault( '/oauth/v2/token', 'patch', { members: { expires_in: seconds }, times: 1000 } );
	}

	/** The token that Mautic issued last. */
	async accessToken() {
		return ( await this.mautic.control( 'GET', 'tokens' ) ).access_tokens.at( -1 ).value;
	}

	async stop() {
		for ( const server of [ this.tls, this.mautic?.server, this.mariadb ] ) {
			await server?.stop();
		}
	}
}
