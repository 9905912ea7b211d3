// What the plugin costs: what is measured, against what, and how much it may be.
//
//   node plugin.mjs BENCH.JSON DIST, in the folder of the sites and sockets that scripts/bench.sh prepared

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { ask, compare, median, ms, page, pairs, spread, times, warmUp } from './measure.mjs';
import { Report } from './report.mjs';

const PAIRS = 300;
// Without OPcache a page takes four times as long.
const COLD_PAIRS = 150;
const [ , , FIGURES, DIST ] = process.argv;
const PLUGIN = join( DIST, 'connector-for-mautic' );

// The authorize message of the vectors, and the answer that everything has to give.
const stories = new URL( '../vectors/authorization_story.json', import.meta.url );
const authorize = JSON.parse( readFileSync( stories, 'utf8' ) ).find( ( { name } ) => name === '2 authorize' );

let php;
const report = new Report( 'plugin' );

/** Sends the message to the core in a fresh request, and sees that it ran under the conditions asked for. */
async function coreRequest( server, { opcache, known } ) {
	const { text } = await ask( { site: 'endpoints', php: server, path: '/request.php', body: authorize.message } );
	const result = JSON.parse( text );
	const conditions = { opcache, known, jit: false };
	for ( const [ name, wanted ] of Object.entries( conditions ) ) {
		if ( result[ name ] !== wanted ) {
			throw new Error( `${ server }: ${ name } is ${ result[ name ] }` );
		}
	}
	expectAnswer( result.answer );
	php = result.php;
	return result;
}

function expectAnswer( answer ) {
	if ( answer !== authorize.answer ) {
		throw new Error( `not the answer of the vector: ${ answer }` );
	}
}

const settings = () => `PHP ${ php } behind nginx, no JIT, WordPress 7.1.1 on SQLite`;

/** A core's request against a page. */
async function againstPage( label, name, { scale, unit, aim, often = PAIRS }, first, second, what ) {
	const compared = compare( await pairs( label, often, first, second ) );
	report.atMost( name, compared.ratio * scale, unit, aim,
		`${ what }: ${ ms( compared.first ) } inside PHP (hrtime), against the front page as the client sees it, logged out: ${ ms( compared.second ) }; `
			+ `${ spread( compared, scale ) }; ${ settings() }` );
}

// One call against the same work by hand.

const warm = () => coreRequest( 'opcache', { opcache: true, known: true } );
const warmPage = () => page( 'without', 'opcache' );
const coldPage = () => page( 'without', 'cold' );
await coreRequest( 'opcache', { opcache: true, known: false } );
await warmUp( warm, warmPage );

{
	const { text } = await ask( { site: 'endpoints', php: 'opcache', path: `/calls.php?pairs=${ times( 2000 ) }`, body: authorize.message } );
	const { times: taken, answers } = JSON.parse( text );
	answers.forEach( expectAnswer );
	const compared = compare( taken );
	report.atMost( 'core_call_vs_plain_php', compared.ratio, 'times', 80,
		`one authorize message to the running core: ${ ms( compared.first / 1e6 ) }, against tests/bench/plain-authorize.php, same bytes out: ${ ms( compared.second / 1e6 ) }; `
			+ `${ spread( compared ) }; hrtime around each call, in one request with OPcache; ${ settings() }` );
}

// A request's load, start and first call against a page.

const LOAD = 'loading engine and core, starting it and one authorize message, in a request of its own';
const bytes = [];
await againstPage( 'core with OPcache', 'core_request_vs_wp_page', { scale: 100, unit: '% of a page', aim: 1 },
	async () => {
		const result = await warm();
		bytes.push( result.bytes );
		return result.milliseconds;
	}, warmPage, `${ LOAD }, with OPcache` );

await warmUp( coldPage );
await againstPage( 'core without OPcache', 'core_load_cold_vs_wp_page', { scale: 100, unit: '% of a page', aim: 5, often: COLD_PAIRS },
	async () => ( await coreRequest( 'cold', { opcache: false, known: false } ) ).milliseconds, coldPage, `${ LOAD }, without OPcache` );

await againstPage( 'core after a deploy', 'core_first_opcache_vs_wp_page', { scale: 100, unit: '% of a page', aim: 70 },
	async () => {
		await ask( { site: 'endpoints', php: 'deployed', path: '/reset.php' } );
		return ( await coreRequest( 'deployed', { opcache: true, known: false } ) ).milliseconds;
	}, warmPage, `${ LOAD }, after opcache_reset() in the request before` );

// Sizes. 1 MB is 1,000,000 bytes, 1 KB is 1,000.

report.atMost( 'core_memory_mb', median( bytes ) / 1e6, 'MB', 2,
	`what memory_get_peak_usage() rises by in such a request with OPcache, median of ${ bytes.length }, 1 MB = 1,000,000 bytes; PHP ${ php }` );

const gzipped = ( bytes ) => gzipSync( bytes, { level: 9 } ).length;
const browser = [ 'core.js', 'core_bg.wasm' ].map( ( file ) => readFileSync( join( PLUGIN, 'assets/wasm', file ) ) );
const browserGzipped = browser.map( gzipped );
report.atMost( 'browser_gzip_kb', sum( browserGzipped ) / 1000, 'KB', 90,
	`assets/wasm/core.js (${ browserGzipped[ 0 ] } bytes) and assets/wasm/core_bg.wasm (${ browserGzipped[ 1 ] } bytes), each gzipped at level 9, 1 KB = 1,000 bytes` );

const core = join( PLUGIN, 'includes/core' );
const phpFiles = readdirSync( core ).filter( ( file ) => file.endsWith( '.php' ) ).map( ( file ) => [ file, readFileSync( join( core, file ) ) ] );
report.atMost( 'core_php_kb', sum( phpFiles.map( ( [ , { length } ] ) => length ) ) / 1000, 'KB', 400,
	`all PHP of includes/core, the hand-written files included: ${ phpFiles.map( ( [ file, { length } ] ) => `${ file } ${ length }` ).join( ', ' ) } bytes, 1 KB = 1,000 bytes` );

const zip = readFileSync( join( DIST, 'connector-for-mautic.zip' ) ).length;
const server = readFileSync( 'server.wasm' );
report.plain( 'server_wasm_kb', server.length / 1000, 'KB', `the WebAssembly that the core's PHP is compiled from, which is not shipped; gzipped ${ gzipped( server ) } bytes; 1 KB = 1,000 bytes` );
report.plain( 'zip_kb', zip / 1000, 'KB', 'the zip as it is installed: PHP, scripts and styles, the core in both forms, all translations; 1 KB = 1,000 bytes' );

const kilobytes = ( list ) => ( { plain: sum( list.map( ( { length } ) => length ) ) / 1000, gzipped: sum( list.map( gzipped ) ) / 1000 } );
const named = ( test ) => phpFiles.filter( ( [ file ] ) => test( file ) ).map( ( [ , bytes ] ) => bytes );
report.plot( 'sizes', {
	kind: 'bars', title: 'Sizes of what the core is compiled to, in kilobytes', unit: 'KB', names: { plain: 'as it is', gzipped: 'gzipped' },
	rows: [
		{ label: 'WebAssembly for the server, not shipped', values: kilobytes( [ server ] ) },
		{ label: 'PHP: what everyday messages need (core.php)', values: kilobytes( named( ( file ) => file === 'core.php' ) ) },
		{ label: 'PHP: the rest of the core, loaded when it is called (core-cold.php)', values: kilobytes( named( ( file ) => file === 'core-cold.php' ) ) },
		{ label: 'PHP: the runtime, written by hand', values: kilobytes( named( ( file ) => file.startsWith( 'class-' ) ) ) },
		{ label: 'JavaScript and WebAssembly for the browser', values: kilobytes( browser ) },
		{ label: 'The zip', values: { gzipped: zip / 1000 } },
	],
} );

function sum( numbers ) {
	return numbers.reduce( ( total, one ) => total + one, 0 );
}

report.write( FIGURES );
