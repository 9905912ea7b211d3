// The plugin against the same work by a client written by hand, as plugins for WordPress have it
// (plain-client.php): calls, refreshes, memory and code, and what becomes of it when many ask at once.
//
//   node clients.mjs BENCH.JSON, in the folder of the sockets that scripts/bench.sh prepared

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { calls, expired, PATH, php, refreshes, slow, TIMEOUT, together } from './callers.mjs';
import { ask, compare, median, ms, pairs, QUICK, spread, warmUp } from './measure.mjs';
import { Report } from './report.mjs';
import { Site } from './site.mjs';

const PAIRS = 300;
const REFRESHES = 25;
const WORKERS = 20;
const ROUNDS = QUICK ? 2 : 5;
const SLOW = 1000;
const HAND = { unlocked: 'by hand, without a lock', locked: 'by hand, with a lock out of a transient' };
const NAMES = { plugin: 'the plugin', ...HAND };

const report = new Report( 'clients' );

/** Asks for, or makes, the connection of the client written by hand: its tokens. */
async function stored( connection ) {
	return JSON.parse( ( await ask( { site: 'endpoints', php: 'one', path: '/client.php', body: JSON.stringify( connection ?? null ) } ) ).text );
}

/** Connects that client with tokens of its own; the access token lives for so many seconds. */
async function connectByHand( site, seconds ) {
	const { clientId, clientSecret, user } = site.mautic;
	const make = async ( kind, lives ) => {
		const value = randomBytes( 43 ).toString( 'base64url' );
		await site.mautic.control( 'POST', 'tokens', { kind, client_id: clientId, user, value, ...lives } );
		return value;
	};
	const tokens = { access_token: await make( 'access', { expires_in: 3600 } ), refresh_token: await make( 'refresh' ) };
	await stored( { base_url: site.httpsUrl, client_id: clientId, client_secret: clientSecret, expires_in: seconds, ...tokens } );
}

const settings = () => `PHP ${ php } behind nginx, OPcache, no JIT, WordPress 7.1.1 on MariaDB, Mautic's stand-in behind TLS; hrtime around the call inside PHP, the first of its request`;
const bars = { kind: 'bars', title: 'A call of the API through the plugin, through a client written by hand, and by WordPress’ own function', unit: 'ms', names: { plugin: NAMES.plugin, hand: 'by hand', bare: 'wp_remote_get() alone' }, rows: [] };

/** A call with a token that is good. */
async function measureCalls( site ) {
	await site.connect( site.httpsUrl );
	await connectByHand( site, 3600 );
	const order = { url: `${ site.httpsUrl }/api/${ PATH }`, token: await site.accessToken(), timeout: TIMEOUT };
	const seen = { plugin: [], unlocked: [], bare: [] };
	const call = ( which ) => async () => {
		const [ taken ] = await calls( 'one', { ...order, calls: [ which ] } );
		seen[ which ].push( taken );
		return taken.milliseconds;
	};
	const [ plugin, hand, bare ] = Object.keys( seen ).map( call );
	await warmUp( plugin, hand, bare );
	Object.keys( seen ).forEach( ( which ) => { seen[ which ] = []; } );
	const compared = compare( await pairs( 'calls through the plugin and by hand', PAIRS, plugin, hand ) );
	await pairs( 'bare calls', PAIRS / 2, bare, bare );
	report.plain( 'call_vs_by_hand', compared.ratio, 'times', `a call with a token that is good: ${ ms( compared.first ) } against ${ ms( compared.second ) }; ${ spread( compared ) }; ${ settings() }` );
	const of = ( which, what ) => median( seen[ which ].map( ( taken ) => taken[ what ] ) );
	const told = ( what, scale, unit ) => `${ Object.entries( { plugin: NAMES.plugin, unlocked: 'by hand', bare: 'wp_remote_get() alone' } ).map( ( [ which, name ] ) => `${ name } ${ Number( ( of( which, what ) / scale ).toPrecision( 4 ) ) } ${ unit }` ).join( ', ' ) }; ${ settings() }`;
	report.plain( 'call_memory_kb', of( 'plugin', 'bytes' ) / 1000, 'KB', `what memory_get_peak_usage() rises by in such a call, median: ${ told( 'bytes', 1000, 'KB' ) }` );
	report.plain( 'call_memory_by_hand_kb', of( 'unlocked', 'bytes' ) / 1000, 'KB', 'the same by hand' );
	report.plain( 'call_code_kb', of( 'plugin', 'code' ) / 1000, 'KB', `PHP that such a call loads, WordPress' own for requests included, by the sizes of get_included_files(): ${ told( 'code', 1000, 'KB' ) }` );
	report.plain( 'call_code_by_hand_kb', of( 'unlocked', 'code' ) / 1000, 'KB', 'the same by hand' );
	report.plain( 'call_queries_by_hand', of( 'unlocked', 'queries' ), 'queries', `database queries of such a call by hand; of the plugin's: ${ of( 'plugin', 'queries' ) }` );
	bars.rows.push( { label: 'a call with a token that is good', values: { plugin: compared.first, hand: compared.second, bare: of( 'bare', 'milliseconds' ) } } );
}

/** A call that has to refresh first. Each token lives for a second. */
async function measureRefreshes( site ) {
	await site.connect( site.httpsUrl, 1 );
	await connectByHand( site, 1 );
	const queries = { plugin: [], locked: [] };
	const call = ( which ) => async () => {
		await sleep( 1100 );
		await site.mautic.forgetRequests();
		const [ taken ] = await calls( 'one', { calls: [ which ] } );
		const sent = await refreshes( site );
		if ( sent.length !== 1 ) {
			throw new Error( `${ sent.length } token requests of a call that is to make one` );
		}
		queries[ which ].push( taken.queries );
		return taken.milliseconds;
	};
	const compared = compare( await pairs( 'refreshes through the plugin and by hand', REFRESHES, call( 'plugin' ), call( 'locked' ) ) );
	report.plain( 'refresh_vs_by_hand', compared.ratio, 'times',
		`a call that refreshes first and meets no other process: ${ ms( compared.first ) }, ${ median( queries.plugin ) } queries, against ${ ms( compared.second ) }, ${ median( queries.locked ) } queries, by hand with a lock; ${ spread( compared ) }; ${ settings() }` );
	bars.rows.push( { label: 'a call that refreshes first', values: { plugin: compared.first, hand: compared.second } } );
}

/** Many at once, just after the token has expired. */
async function measureCrowds( site ) {
	const seen = Object.fromEntries( Object.keys( NAMES ).map( ( which ) => [ which, [] ] ) );
	await site.connect( site.httpsUrl );
	await together( WORKERS, { calls: [ 'plugin' ] } );
	for ( let round = 0; round < ROUNDS; round++ ) {
		for ( const which of Object.keys( NAMES ) ) {
			await expired( site, ( seconds ) => ( which === 'plugin' ? site.connect( site.httpsUrl, seconds ) : connectByHand( site, seconds ) ) );
			await slow( site, SLOW );
			const taken = await together( WORKERS, { calls: [ which ] }, { mayFail: which !== 'plugin' } );
			const known = ( await site.mautic.control( 'GET', 'tokens' ) ).refresh_tokens.map( ( { value } ) => value );
			seen[ which ].push( {
				posts: ( await refreshes( site ) ).length,
				failed: taken.filter( ( { status } ) => status !== 200 ).length,
				lost: which === 'plugin' ? ( await calls( 'one', { calls: [ 'plugin' ] } ) )[ 0 ].status !== 200 : ! known.includes( ( await stored() ).refresh_token ),
			} );
		}
	}
	const mean = ( which, what ) => seen[ which ].reduce( ( total, one ) => total + Number( one[ what ] ), 0 ) / ROUNDS;
	const list = ( what ) => Object.entries( NAMES ).map( ( [ which, name ] ) => `${ name } ${ seen[ which ].map( ( one ) => Number( one[ what ] ) ).join( ', ' ) }` ).join( '; ' );
	const how = `${ WORKERS } PHP-FPM workers, each with one call at the same moment just after the access token has expired, while the token endpoint takes ${ SLOW } ms; ${ ROUNDS } rounds of each in turn, every one with tokens of its own`;
	for ( const [ which, name ] of Object.entries( NAMES ) ) {
		const figure = ( what, unit, method, aim ) => ( which === 'plugin' ? report.atMost( `${ what }_plugin`, mean( which, method ), unit, aim, `${ list( method ) }; ${ how }` ) : report.plain( `${ what }_${ which }`, mean( which, method ), unit, `${ name }: see ${ what }_plugin` ) );
		figure( 'crowd_posts', 'token requests', 'posts', 1 );
		figure( 'crowd_failed', `of ${ WORKERS } calls`, 'failed', 0 );
		figure( 'crowd_lost', 'connections a round', 'lost', 0 );
	}
	report.plot( 'clients-crowd', {
		kind: 'bars', title: `${ WORKERS } processes meet an expired token: token requests, and calls that fail, in the mean of ${ ROUNDS } rounds`, unit: '', names: NAMES,
		rows: [ [ 'token requests', 'posts' ], [ `calls of ${ WORKERS } that fail`, 'failed' ] ]
			.map( ( [ label, what ] ) => ( { label, values: Object.fromEntries( Object.keys( NAMES ).map( ( which ) => [ which, mean( which, what ) ] ) ) } ) ),
	} );
}

const site = await Site.start( process.cwd() );
try {
	await measureCalls( site );
	await measureRefreshes( site );
	await measureCrowds( site );
} finally {
	await site.stop();
}
report.plot( 'clients-time', bars );
report.write( process.argv[ 2 ] );
