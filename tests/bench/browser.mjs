// How long the core takes to start in a browser, as the plugin's page starts it: in Chromium, with an empty cache
// and with a full one.
//
//   node browser.mjs BENCH.JSON ASSETS, the plugin's folder of that name

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

import { executable } from '../e2e/harness/processes.mjs';
import { interval, median, ms, times } from './measure.mjs';
import { Report } from './report.mjs';

const [ , , FIGURES, ASSETS ] = process.argv;
const STARTS = times( 60 );
// Chromium keeps compiled code of what it has met several times.
const VISITS_BEFORE = 3;

const EVENT = { type: 'settings_checked', values: { base_url: 'mautic.example.org/index.php', client_id: '1_abc', client_secret: '' } };
// The data that class-script-modules.php gives them.
const PAGE = `<!DOCTYPE html><title>Start of the core</title>
<script type="application/json" id="connector-for-mautic-data">{"core":{"overrides":{},"wasm":"/wasm/core_bg.wasm"}}</script>
<script type="module">
	const started = performance.now();
	const { ask } = await import( '/core.js' );
	const answer = await ask( ${ JSON.stringify( EVENT ) } );
	const milliseconds = performance.now() - started;
	const again = performance.now();
	await ask( ${ JSON.stringify( EVENT ) } );
	const transferred = performance.getEntriesByType( 'resource' ).reduce( ( sum, entry ) => sum + entry.transferSize, 0 );
	window.result = { milliseconds, next: performance.now() - again, transferred, answer };
</script>`;
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** The files as web servers are told to give them: gzipped, and kept by the browser. */
function serve( request, response ) {
	const path = new URL( request.url, 'http://localhost' ).pathname;
	if ( path === '/' ) {
		response.setHeader( 'Content-Type', 'text/html; charset=utf-8' ).end( PAGE );
	} else if ( TYPES[ extname( path ) ] && ! path.includes( '..' ) ) {
		response.setHeader( 'Content-Type', TYPES[ extname( path ) ] ).setHeader( 'Content-Encoding', 'gzip' )
			.setHeader( 'Cache-Control', 'max-age=3600' ).end( gzipSync( readFileSync( join( ASSETS, path ) ), { level: 9 } ) );
	} else {
		response.writeHead( 404 ).end();
	}
}

/** A visit: milliseconds from the script's first line to the core's first answer, and to the next; bytes that came. */
async function visit( page, address ) {
	await page.goto( address );
	const { answer, ...taken } = await page.waitForFunction( () => window.result ).then( ( handle ) => handle.jsonValue() );
	if ( ! answer?.normalized ) {
		throw new Error( `that is no answer to a check of settings: ${ JSON.stringify( answer ) }` );
	}
	return taken;
}

const server = createServer( serve );
await new Promise( ( resolve ) => server.listen( 0, '127.0.0.1', resolve ) );
const address = `http://127.0.0.1:${ server.address().port }/`;
const browser = await chromium.launch( { executablePath: executable( 'chromium' ), args: [ '--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync' ] } );
const taken = { cold: [], warm: [] };
try {
	for ( let i = 0; i < STARTS; i++ ) {
		// A context has a cache of its own.
		const context = await browser.newContext();
		const page = await context.newPage();
		taken.cold.push( await visit( page, address ) );
		for ( let before = 1; before < VISITS_BEFORE; before++ ) {
			await visit( page, address );
		}
		taken.warm.push( await visit( page, address ) );
		await context.close();
	}
} finally {
	await browser.close();
	server.close();
}

const report = new Report( 'browser' );
const how = `headless Chromium ${ browser.version() }; from the first line of a module script that imports the plugin's assets/core.js, over loading and compiling the module, to the answer to a check of the settings (performance.now()); median of ${ STARTS } visits`;
const bars = { kind: 'bars', title: 'From a script to the answer of the core in Chromium, in milliseconds', unit: 'ms', names: { time: 'median' }, rows: [] };
for ( const [ name, label, condition ] of [
	[ 'cold', 'first visit, nothing in the cache', 'each with an empty cache, all files gzipped from a server on the same machine, so without what a network adds' ],
	[ 'warm', 'later visit, all in the cache', `each after ${ VISITS_BEFORE } others` ],
] ) {
	const milliseconds = taken[ name ].map( ( one ) => one.milliseconds );
	const value = median( milliseconds );
	report.plain( `browser_start_${ name }_ms`, value, 'ms', `${ how }, ${ condition }; 95 % interval ${ interval( milliseconds ).map( ( end ) => ms( end ) ).join( ' to ' ) }` );
	bars.rows.push( { label, values: { time: value } } );
}
const next = median( taken.warm.map( ( one ) => one.next ) );
report.plain( 'browser_answer_ms', next, 'ms', `${ how.replace( /from the first line.*?\(performance/, 'one more check of the settings once the core is there (performance' ) }` );
bars.rows.push( { label: 'one more answer', values: { time: next } } );
report.plain( 'browser_start_bytes', median( taken.cold.map( ( one ) => one.transferred ) ) / 1000, 'KB', 'what such a first visit fetches beside the page, as Chromium counts it (transferSize): scripts and module, gzipped, with their headers; 1 KB = 1,000 bytes' );
report.plot( 'browser', bars );
report.write( FIGURES );
