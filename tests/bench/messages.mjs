// What a call of the core costs as its message grows: in PHP, in Node.js and natively.
//
//   node messages.mjs BENCH.JSON CORE SERVER.WASM NATIVE
//     CORE is the core's PHP as the plugin ships it, SERVER.WASM what it was compiled from, NATIVE the
//     example messages.rs

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { interval, median, ms, QUICK } from './measure.mjs';
import { Report } from './report.mjs';

const [ , , FIGURES, CORE, WASM, NATIVE ] = process.argv;
// The shell sends no message that is longer (Runner::LONGEST_MESSAGE).
const LARGEST = 512 * 1024;
const SIZES = [ 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 ].map( ( kilobytes ) => kilobytes * 1024 );
// Of each size, in each of the rounds.
const SECONDS = QUICK ? 0.02 : 0.25;
const ROUNDS = QUICK ? 1 : 5;
const LEAST = 9;
const FILE = 'messages.json';

/** A request to explain a page that somebody has pasted: ordinary text, in so many bytes with all around it. */
function message( size ) {
	const sentences = 'Sorry, the page that you asked for is not here. "Perhaps" it was moved, or <b>never</b> was.\\n';
	const around = ( text ) => `{"connection":null,"overrides":{},"site":"https://wordpress.test","event":{"type":"explain","text":"${ text }","redirect_uri":"https://wordpress.test/wp-admin/admin.php"},"now":1700000000,"entropy":"${ '0123456789abcdef'.repeat( 4 ) }"}`;
	const room = size - around( '' ).length;
	const escaped = sentences.replaceAll( '"', '\\"' );
	const text = escaped.repeat( Math.floor( room / escaped.length ) );
	return around( text + ' '.repeat( room - text.length ) );
}

const messages = SIZES.map( message );
messages.forEach( ( one, index ) => {
	if ( Buffer.byteLength( one ) !== SIZES[ index ] || one.length > LARGEST ) {
		throw new Error( `a message of ${ Buffer.byteLength( one ) } bytes` );
	}
	JSON.parse( one );
} );
writeFileSync( FILE, JSON.stringify( messages ) );

function taken( command, ...options ) {
	const { status, stdout, stderr } = spawnSync( command, [ ...options, FILE, String( SECONDS ) ], { encoding: 'utf8', maxBuffer: 1 << 28 } );
	if ( status !== 0 ) {
		throw new Error( `${ command } ended with ${ status }: ${ stderr }` );
	}
	return JSON.parse( stdout );
}

/** The module that the PHP is compiled from, in V8. */
async function inNode() {
	const { instance: { exports: core } } = await WebAssembly.instantiate( readFileSync( WASM ) );
	const call = ( text ) => {
		const bytes = Buffer.from( text );
		const pointer = core.alloc( bytes.length );
		new Uint8Array( core.memory.buffer, pointer, bytes.length ).set( bytes );
		const place = core.call( pointer, bytes.length );
		const answer = Buffer.from( core.memory.buffer, Number( place >> 32n ), Number( place & 0xffffffffn ) ).toString();
		core.reset();
		return answer;
	};
	return messages.map( ( one ) => {
		const answer = call( one );
		const nanoseconds = [];
		for ( const end = performance.now() + SECONDS * 1000; nanoseconds.length < LEAST || performance.now() < end; ) {
			const started = process.hrtime.bigint();
			call( one );
			nanoseconds.push( Number( process.hrtime.bigint() - started ) );
		}
		return { answer, nanoseconds };
	} );
}

const php = fileURLToPath( new URL( 'messages.php', import.meta.url ) );
const runners = {
	php: { label: 'PHP, compiled by wasm2php', run: () => taken( 'php', '-d', 'opcache.enable_cli=1', '-d', 'opcache.jit=disable', '-d', 'opcache.file_update_protection=0', '-d', 'memory_limit=128M', php, CORE ) },
	node: { label: 'WebAssembly in Node.js', run: inNode },
	native: { label: 'native code', run: () => taken( NATIVE ) },
};

// In turn, so that whatever else the machine does meets all.
const times = Object.fromEntries( Object.keys( runners ).map( ( name ) => [ name, SIZES.map( () => [] ) ] ) );
for ( let round = 0; round < ROUNDS; round++ ) {
	const answers = [];
	for ( const [ name, { run } ] of Object.entries( runners ) ) {
		const results = await run();
		results.forEach( ( { nanoseconds }, index ) => times[ name ][ index ].push( ...nanoseconds ) );
		answers.push( JSON.stringify( results.map( ( { answer } ) => answer ) ) );
	}
	if ( new Set( answers ).size !== 1 ) {
		throw new Error( 'they do not answer alike' );
	}
}

const report = new Report( 'messages' );
const how = `an explain event whose pasted text fills the message, of which the core looks at the first 64 KiB; loaded and warm, ${ ROUNDS } rounds in turn of at least ${ LEAST } calls and ${ SECONDS } s for each size; all three give the same bytes; PHP with OPcache, without JIT`;
const middle = ( name, size ) => median( times[ name ][ SIZES.indexOf( size ) ] );
/** Nanoseconds for each byte by which a message is longer. */
const slope = ( name, from, to ) => ( middle( name, to ) - middle( name, from ) ) / ( to - from );
const KB = 1024;
for ( const [ name, { label } ] of Object.entries( runners ) ) {
	report.plain( `message_${ name }_ns_per_byte`, slope( name, 128 * KB, 512 * KB ), 'ns per byte',
		`${ label }: what each byte from 128 to 512 KiB adds: ${ ms( middle( name, 128 * KB ) / 1e6 ) } to ${ ms( middle( name, 512 * KB ) / 1e6 ) }; a message of 1 KiB takes ${ ms( middle( name, KB ) / 1e6 ) }; medians; ${ how }` );
}
report.atMost( 'message_growth_php', slope( 'php', 256 * KB, 512 * KB ) / slope( 'php', 128 * KB, 256 * KB ), 'times', 1.25,
	`whether it is linear: what each byte from 256 to 512 KiB adds against what each from 128 to 256 KiB does, in PHP, ${ slope( 'php', 256 * KB, 512 * KB ).toPrecision( 3 ) } ns against ${ slope( 'php', 128 * KB, 256 * KB ).toPrecision( 3 ) } ns; `
		+ `up to 64 KiB, which are looked at too, each adds ${ slope( 'php', 16 * KB, 64 * KB ).toPrecision( 3 ) } ns; medians; ${ how }` );
report.plot( 'messages', {
	kind: 'lines',
	title: 'Time of one call by the size of its message',
	x: { label: 'message', unit: 'KiB', log: true, ticks: SIZES.map( ( size ) => size / 1024 ) },
	y: { label: 'one call', unit: 'ms', log: true },
	lines: Object.entries( runners ).map( ( [ name, { label } ] ) => ( {
		label, points: SIZES.map( ( size, index ) => [ size / 1024, ...[ median( times[ name ][ index ] ), ...interval( times[ name ][ index ] ) ].map( ( ns ) => ns / 1e6 ) ] ),
	} ) ),
} );
report.write( FIGURES );
