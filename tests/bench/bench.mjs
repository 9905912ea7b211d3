// What the plugin costs: what is measured, against what, and how much it may be.
//
//   node bench.mjs DIST, in the folder of the sites and sockets that scripts/bench.sh prepared

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { ask, compare, median, page, pairs } from './measure.mjs';
import { Report } from './report.mjs';

const PAIRS = 500;
// To tell one percent, on a machine that does other things too.
const FRONT_PAGE_PAIRS = 1000;
const PLUGIN = join( process.argv[ 2 ], 'connector-for-mautic' );
const MAIN_FILES = [ 'connector-for-mautic.php', 'includes/loader.php' ]
	.map( ( file ) => `wp-content/plugins/connector-for-mautic/${ file }` );

// The authorize message of the vectors, and the answer that everything has to give.
const stories = new URL( '../vectors/authorization_story.json', import.meta.url );
const authorize = JSON.parse( readFileSync( stories, 'utf8' ) ).find( ( { name } ) => name === '2 authorize' );

let php;
const report = new Report();

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

async function warmUp( ...requests ) {
	for ( let i = 0; i < 30; i++ ) {
		for ( const request of requests ) {
			await request();
		}
	}
}

const ms = ( value ) => `${ value.toPrecision( 3 ) } ms`;
const settings = () => `PHP ${ php } behind nginx, no JIT, WordPress 7.1.1 on SQLite`;
const spread = ( { pairs: count, interval }, scale = 1 ) =>
	`median of the ratios of ${ count } pairs taken by turns, 95 % interval ${ interval.map( ( end ) => ( end * scale ).toPrecision( 4 ) ).join( ' to ' ) }`;

/** A core's request against a page. */
async function againstPage( label, name, { scale, unit, aim }, first, second, what ) {
	const compared = compare( await pairs( label, PAIRS, first, second ) );
	report.atMost( name, compared.ratio * scale, unit, aim,
		`${ what }: ${ ms( compared.first ) } inside PHP (hrtime), against the front page as the client sees it, logged out: ${ ms( compared.second ) }; `
			+ `${ spread( compared, scale ) }; ${ settings() }` );
}

// One call against the same work by hand.

const warm = () => coreRequest( 'opcache', { opcache: true, known: true } );
const warmPage = () => page( 'without', 'opcache' );
const coldPage = () => page( 'without', 'cold' );
await coreRequest( 'opcache', { opcache: true, known: false } );
await warmUp( warm, warmPage, () => page( 'with', 'opcache' ) );

{
	const { text } = await ask( { site: 'endpoints', php: 'opcache', path: '/calls.php?pairs=2000', body: authorize.message } );
	const { times, answers } = JSON.parse( text );
	answers.forEach( expectAnswer );
	const compared = compare( times );
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
await againstPage( 'core without OPcache', 'core_load_cold_vs_wp_page', { scale: 100, unit: '% of a page', aim: 5 },
	async () => ( await coreRequest( 'cold', { opcache: false, known: false } ) ).milliseconds, coldPage, `${ LOAD }, without OPcache` );

await againstPage( 'core after a deploy', 'core_first_opcache_vs_wp_page', { scale: 100, unit: '% of a page', aim: 70 },
	async () => {
		await ask( { site: 'endpoints', php: 'deployed', path: '/reset.php' } );
		return ( await coreRequest( 'deployed', { opcache: true, known: false } ) ).milliseconds;
	}, warmPage, `${ LOAD }, after opcache_reset() in the request before` );

// Sizes. 1 MB is 1,000,000 bytes, 1 KB is 1,000.

report.atMost( 'core_memory_mb', median( bytes ) / 1e6, 'MB', 2,
	`what memory_get_peak_usage() rises by in such a request with OPcache, median of ${ bytes.length }, 1 MB = 1,000,000 bytes; PHP ${ php }` );

const browser = [ 'core.js', 'core_bg.wasm' ].map( ( file ) => gzipSync( readFileSync( join( PLUGIN, 'assets/wasm', file ) ), { level: 9 } ).length );
report.atMost( 'browser_gzip_kb', ( browser[ 0 ] + browser[ 1 ] ) / 1000, 'KB', 90,
	`assets/wasm/core.js (${ browser[ 0 ] } bytes) and assets/wasm/core_bg.wasm (${ browser[ 1 ] } bytes), each gzipped at level 9, 1 KB = 1,000 bytes` );

const core = join( PLUGIN, 'includes/core' );
const sizes = readdirSync( core ).filter( ( file ) => file.endsWith( '.php' ) ).map( ( file ) => [ file, statSync( join( core, file ) ).size ] );
report.atMost( 'core_php_kb', sizes.reduce( ( sum, [ , size ] ) => sum + size, 0 ) / 1000, 'KB', 400,
	`all PHP of includes/core, the hand-written files included: ${ sizes.map( ( [ file, size ] ) => `${ file } ${ size }` ).join( ', ' ) } bytes, 1 KB = 1,000 bytes` );

// The front page with the plugin against without it.

{
	const compared = compare( await pairs( 'front page with and without the plugin', FRONT_PAGE_PAIRS, () => page( 'with', 'opcache' ), warmPage ) );
	report.atMost( 'front_page_vs_without', compared.ratio, 'times', 1.01,
		`front page of two sites alike, as the client sees it, logged out, OPcache: ${ ms( compared.first ) } with the plugin active, ${ ms( compared.second ) } without it; `
			+ `${ spread( compared ) }, whose upper end is what the aim is for; ${ settings() }`,
		compared.interval[ 1 ] );
}
{
	const asked = {};
	for ( const site of [ 'with', 'without' ] ) {
		asked[ site ] = JSON.parse( ( await ask( { site: 'endpoints', php: 'opcache', path: `/front-page.php?of=${ site }` } ) ).text );
	}
	const queries = asked.with.queries.length - asked.without.queries.length;
	const files = asked.with.files.filter( ( file ) => ! asked.without.files.includes( file ) );
	const beyond = files.filter( ( file ) => ! MAIN_FILES.includes( file ) );
	report.atMost( 'front_page_added_queries', queries + beyond.length, 'queries and files', 0,
		`${ asked.with.queries.length } queries (SAVEQUERIES) with the plugin active, ${ asked.without.queries.length } without; files that only the site with the plugin includes (get_included_files()): `
			+ `${ files.join( ', ' ) || 'none' }, of which ${ beyond.length } are neither the main file nor its loader` );
}

report.write( process.argv[ 2 ] );
