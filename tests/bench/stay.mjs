// How the plugin stays connected: what an API call costs, what a refresh asks of the database, how many
// waiters fare, and what the simulation found.
//
//   node stay.mjs BENCH.JSON, in the folder of the sockets and of simulation.txt, which scripts/bench.sh prepared

import { readFileSync } from 'node:fs';

import { calls, expired, PATH, php, refreshes, slow, slowest, TIMEOUT, together } from './callers.mjs';
import { compare, median, ms, pairs, QUICK, spread, times, warmUp } from './measure.mjs';
import { Report } from './report.mjs';
import { Site } from './site.mjs';

const PAIRS = 300;
const WARM_PAIRS = times( 300 );
const ROUNDS = QUICK ? 2 : 5;
const WORKERS = 20;
// At once, for the picture; of the others fewer rounds will do.
const CROWDS = [ 1, 5, 10, WORKERS, 40 ];
const CROWD_ROUNDS = QUICK ? 1 : 3;

const report = new Report( 'stay' );

const sum = ( compared ) => `${ ms( compared.first ) } against ${ ms( compared.second ) }, ${ spread( compared ) }`;

/** Milliseconds that Mautic takes by itself, over a connection that is kept. */
async function latency( url, token ) {
	const taken = [];
	for ( let i = 0; i < 200; i++ ) {
		const started = performance.now();
		await ( await fetch( url, { headers: { Authorization: `Bearer ${ token }` } } ) ).text();
		taken.push( performance.now() - started );
	}
	return median( taken );
}

/** A call through the plugin with a fresh token against WordPress' own, each first in its request and then warm. */
async function apiCall( site, label, baseUrl ) {
	await site.connect( baseUrl );
	const token = await site.accessToken();
	const order = { url: `${ baseUrl }/api/${ PATH }`, token, timeout: TIMEOUT };
	const first = ( which ) => async () => ( await calls( 'one', { ...order, calls: [ which ] } ) )[ 0 ].milliseconds;
	const [ plugin, bare ] = [ first( 'plugin' ), first( 'bare' ) ];
	await warmUp( plugin, bare );
	const fresh = compare( await pairs( `first calls by ${ label }`, PAIRS, plugin, bare ) );
	const turns = Array.from( { length: WARM_PAIRS + 10 }, ( _, i ) => ( i % 2 ? [ 'bare', 'plugin' ] : [ 'plugin', 'bare' ] ) );
	const taken = ( await calls( 'one', { ...order, calls: turns.flat() } ) ).map( ( { milliseconds } ) => milliseconds );
	const warm = compare( turns.map( ( [ which ], i ) => ( which === 'plugin' ? taken.slice( 2 * i, 2 * i + 2 ) : taken.slice( 2 * i, 2 * i + 2 ).reverse() ) ).slice( 10 ) );
	const own = await latency( `${ site.httpUrl }/api/${ PATH }`, token );
	return { fresh, warm, own, order };
}

/** The queries of one call in a request of its own. */
async function queries( order, which ) {
	const [ { queries: count, list } ] = await calls( 'one', { ...order, calls: [ which ], list: true } );
	if ( list.length !== count ) {
		throw new Error( `${ count } queries, ${ list.length } of them listed` );
	}
	return list;
}

const lapse = ( site ) => expired( site, ( seconds ) => site.connect( site.httpsUrl, seconds ) );

async function measureCalls( site ) {
	const settings = () => `${ PATH } in PHP ${ php } behind nginx, OPcache, no JIT, WordPress 7.1.1 on MariaDB; hrtime around the call inside PHP`;
	const plain = await apiCall( site, 'http', site.httpUrl );
	const secure = await apiCall( site, 'https', site.httpsUrl );
	report.atMost( 'api_call_vs_bare_http', secure.fresh.ratio, 'times', 1.25,
		`connector_for_mautic_request() with a fresh token against wp_remote_get() of the same address with the same Authorization header and timeout, each the first call of its request, over TLS with WordPress' list of certificates: `
			+ `${ sum( secure.fresh ) }; the stand-in by itself, over a kept connection without TLS, takes ${ ms( secure.own ) }; ${ settings() }` );
	for ( const [ name, compared, what ] of [
		[ 'api_call_vs_bare_https_warm', secure.warm, 'the same over TLS, later calls of one process' ],
		[ 'api_call_vs_bare_plain_http', plain.fresh, 'the same without TLS, the first call of its request' ],
		[ 'api_call_vs_bare_plain_http_warm', plain.warm, 'the same without TLS, later calls of one process' ],
	] ) {
		report.plain( name, compared.ratio, 'times', `${ what }: ${ sum( compared ) }; ${ settings() }` );
	}
	const [ ofPlugin, ofBare ] = [ await queries( secure.order, 'plugin' ), await queries( secure.order, 'bare' ) ];
	report.atMost( 'api_call_queries', ofPlugin.length - ofBare.length, 'queries', 1,
		`queries (SAVEQUERIES) of such a call through the plugin, ${ ofPlugin.length }, without those of the bare one, ${ ofBare.length }: ${ purposes( ofPlugin ) }` );
	return ofPlugin.length;
}

async function measureRefresh( site, ofFresh ) {
	const lists = [];
	for ( let round = 0; round < ROUNDS; round++ ) {
		await lapse( site );
		lists.push( await queries( {}, 'plugin' ) );
		const sent = await refreshes( site );
		if ( sent.length !== 1 ) {
			throw new Error( `${ sent.length } token requests in a call with an expired token` );
		}
	}
	const most = lists.reduce( ( longest, list ) => ( list.length > longest.length ? list : longest ) );
	report.atMost( 'refresh_queries', most.length - ofFresh, 'queries', 7,
		`queries (SAVEQUERIES) of an API call that refreshes and meets no other process, without those of one with a fresh token, ${ ofFresh }; `
			+ `the one of ${ ROUNDS } with the most: ${ purposes( most ) }; by that count, ${ lists.map( ( list ) => list.length - ofFresh ).join( ', ' ) }` );
}

/** Each query by what it does to which row, in order. */
function purposes( list ) {
	return list.map( ( query ) => {
		const verb = query.trim().split( /\s/ )[ 0 ];
		const row = /'(?:connector_for_mautic_)?(cron|connection|lock|log|alert)\w*'/.exec( query );
		return `${ verb } ${ row ? row[ 1 ] : query.slice( 0, 80 ) }`;
	} ).join( ', ' ) || 'none';
}

/** Workers that all ask when the token has expired, while the token endpoint is slow. */
async function measureWaiters( site ) {
	const SLOW = 2000;
	const rounds = Object.fromEntries( CROWDS.map( ( workers ) => [ workers, [] ] ) );
	const bare = [];
	await site.connect( site.httpsUrl );
	await together( Math.max( ...CROWDS ), { calls: [ 'plugin' ] } ); // What is loaded for the first time is no waiter's matter.
	for ( let round = 0; round < ROUNDS; round++ ) {
		bare.push( slowest( await together( WORKERS, { calls: [ 'bare' ], url: `${ site.httpsUrl }/api/${ PATH }`, token: await site.accessToken(), timeout: TIMEOUT } ) ) );
		for ( const workers of round < CROWD_ROUNDS ? CROWDS : [ WORKERS ] ) {
			await lapse( site );
			await slow( site, SLOW );
			const longest = slowest( await together( workers, { calls: [ 'plugin' ] } ) );
			rounds[ workers ].push( { longest, posts: ( await refreshes( site ) ).length } );
		}
	}
	const longest = ( workers ) => rounds[ workers ].map( ( round ) => round.longest );
	const posts = ( workers ) => rounds[ workers ].map( ( round ) => round.posts );
	const how = `${ WORKERS } PHP-FPM workers, each with one connector_for_mautic_request() at the same moment just after the access token has expired, while the token endpoint takes ${ SLOW } ms; ${ ROUNDS } rounds, all ${ ROUNDS * WORKERS } answers good`;
	report.atMost( 'waiters_token_posts', Math.max( ...posts( WORKERS ) ), 'requests', 1, `${ how }; token requests that Mautic got, the round with the most: ${ posts( WORKERS ).join( ', ' ) }` );
	report.atMost( 'waiters_slowest_vs_refresh', median( longest( WORKERS ) ) / SLOW, 'times', 1.5,
		`${ how }; the slowest call (hrtime inside PHP) of each round: ${ longest( WORKERS ).map( Math.round ).join( ', ' ) } ms, their median against ${ SLOW } ms; `
			+ `of as many wp_remote_get() at the same moment, which wait for nobody, the slowest took ${ bare.map( Math.round ).join( ', ' ) } ms` );
	report.atMost( 'crowds_token_posts', Math.max( ...CROWDS.flatMap( posts ) ), 'requests', 1,
		`the same with ${ CROWDS.join( ', ' ) } workers: token requests of the round with the most; ${ CROWDS.map( ( workers ) => `${ workers } at once: ${ posts( workers ).join( ', ' ) }` ).join( '; ' ) }` );
	report.plain( 'crowd_slowest_vs_alone', median( longest( CROWDS.at( -1 ) ) ) / median( longest( 1 ) ), 'times',
		`the slowest of ${ CROWDS.at( -1 ) } such calls against a call that refreshes alone: ${ CROWDS.map( ( workers ) => `${ workers } at once ${ ms( median( longest( workers ) ) ) }` ).join( ', ' ) }; medians of at least ${ CROWD_ROUNDS } rounds` );
	report.plot( 'contention', {
		kind: 'lines',
		title: 'The slowest of calls that all meet an expired token, by how many there are',
		x: { label: 'processes at once', unit: 'processes', ticks: CROWDS },
		y: { label: 'the slowest of them', unit: 'ms' },
		lines: [
			{ label: 'calls of the plugin, one token request together', points: CROWDS.map( ( workers ) => [ workers, median( longest( workers ) ), Math.min( ...longest( workers ) ), Math.max( ...longest( workers ) ) ] ) },
			{ label: 'what the token endpoint takes', points: CROWDS.map( ( workers ) => [ workers, SLOW ] ) },
		],
	} );
}

/** What the run of the simulation printed. */
function readSimulation() {
	const text = readFileSync( 'simulation.txt', 'utf8' );
	const [ , seeds, failed ] = /^simulation: (\d+) seeds, (\d+) failed$/m.exec( text );
	const [ , steps, seconds ] = /^ *(\d+) {2}steps, in ([\d.]+) s$/m.exec( text );
	const how = `tests/simulation: sites, processes and faults out of one seed each, ${ steps } steps of the core in ${ seconds } s`;
	report.atLeast( 'simulation_seeds', Number( seeds ), 'seeds', 2000, how );
	report.atMost( 'simulation_failures', Number( failed ), 'seeds', 0, `${ how }; seeds that broke an invariant: ${ text.match( /^SEED=\d+(?=: )/gm )?.join( ', ' ) ?? 'none' }` );
}

readSimulation();
const site = await Site.start( process.cwd() );
try {
	const ofFresh = await measureCalls( site );
	await measureRefresh( site, ofFresh );
	await measureWaiters( site );
} finally {
	await site.stop();
}
report.write( process.argv[ 2 ] );
