// Which crates are in the two modules of the core, and under what licence we hand each of them on.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath( new URL( '../', import.meta.url ) ).replace( /\/$/, '' );
const CRATES_IO = 'registry+https://github.com/rust-lang/crates.io-index#';

/**
 * The licences that we take from a crate's offer, the first one that it offers. Each can be met together with version 2
 * of the GPL as well as with later ones, which Apache-2.0 alone cannot: its terms on patents are further restrictions to version 2, and
 * the plugin would be handed out under version 3 only. The exception of LLVM's lifts just these.
 */
const TAKEN = [ 'MIT', 'Unicode-3.0', 'Apache-2.0 WITH LLVM-exception' ];
/** What Cargo.toml does not say of the parts of Rust's library, its repository does. */
const LIBRARY_LICENCE = 'MIT OR Apache-2.0';

/**
 * @typedef {Object} Crate
 * @property {string}      name
 * @property {string}      version  Of a part of Rust's library, that of Rust.
 * @property {string}      origin   `crates.io`, `rust` for a part of Rust's library, `own`.
 * @property {string}      folder   Where its sources are.
 * @property {string}      licence  What it offers, an SPDX expression.
 * @property {string[]}    taken    The licences that we take of that; none of our own.
 * @property {?string}     checksum SHA-256 of its package, of crates.io only.
 */

/**
 * The crates that the compiler has read code of for one of the modules, macros aside, which run in the compiler.
 *
 * @param {string} out     The folder with MODULE.d and MODULE.json, as scripts/core.sh leaves them.
 * @param {string} module  `server` or `browser`.
 * @param {string} rust    The version of Rust that compiled it.
 * @return {Crate[]} By name and version.
 * @throws {Error} If a crate offers no licence that we may take.
 */
export function crates( out, module, rust ) {
	const read = new Set( readFileSync( join( out, `${ module }.d` ), 'utf8' ).split( /[\s:]+/ ).map( ( file ) => basename( file ) ) );
	const artifacts = readFileSync( join( out, `${ module }.json` ), 'utf8' ).split( '\n' ).filter( Boolean ).map( ( line ) => JSON.parse( line ) )
		.filter( ( { reason } ) => reason === 'compiler-artifact' );
	const locks = [ join( root, 'Cargo.lock' ), libraryLock( artifacts ) ].map( ( lock ) => readFileSync( lock, 'utf8' ) );
	const found = artifacts
		.filter( ( { filenames, target } ) => target.kind.includes( 'cdylib' ) || filenames.some( ( file ) => file.endsWith( '.rlib' ) && read.has( basename( file ) ) ) )
		.map( ( artifact ) => crate( artifact, rust, locks ) );
	const rlibs = [ ...read ].filter( ( file ) => file.endsWith( '.rlib' ) );
	if ( rlibs.length < 10 || found.length !== rlibs.length + 1 ) {
		throw new Error( `${ module }.d names ${ rlibs.length } libraries, and ${ module }.json knows ${ found.length - 1 } of them; remove ${ out } and build again` );
	}
	return found.sort( byName );
}
export const byName = ( a, b ) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : Number( a.version > b.version );

function crate( { package_id: id, manifest_path: manifest }, rust, locks ) {
	const folder = dirname( manifest ), toml = readFileSync( manifest, 'utf8' );
	const stated = ( key ) => toml.match( new RegExp( `^${ key } = "(.*)"$`, 'm' ) )?.[ 1 ];
	const name = stated( 'name' );
	if ( id.startsWith( CRATES_IO ) ) {
		const version = id.replace( /.*@/, '' ), licence = stated( 'license' ) ?? '';
		return { name, version, origin: 'crates.io', folder, licence, taken: take( licence, `${ name } ${ version }` ), checksum: checksum( name, version, locks ) };
	}
	if ( folder === root || folder.startsWith( `${ root }/` ) ) {
		return { name, version: id.replace( /.*[#@]/, '' ), origin: 'own', folder, licence: 'GPL-2.0-or-later', taken: [], checksum: null };
	}
	const licence = stated( 'license' ) ?? LIBRARY_LICENCE;
	return { name, version: rust, origin: 'rust', folder, licence, taken: take( licence, name ), checksum: null };
}

/** A crate is in our lock file, or in that of Rust's library, which brings its own. */
function checksum( name, version, locks ) {
	for ( const lock of locks ) {
		const entry = lock.split( '[[package]]' ).find( ( text ) => text.includes( `\nname = "${ name }"\nversion = "${ version }"\n` ) );
		const found = entry?.match( /^checksum = "([0-9a-f]{64})"$/m );
		if ( found ) {
			return found[ 1 ];
		}
	}
	throw new Error( `no lock file has the checksum of ${ name } ${ version }` );
}
const libraryLock = ( artifacts ) =>
	join( dirname( artifacts.find( ( { target } ) => target.name === 'std' ).manifest_path ), '../Cargo.lock' );

/**
 * Of what an SPDX expression offers, the licences that we take.
 *
 * @param {string} licence Such as `(MIT OR Apache-2.0) AND Unicode-3.0`; crates of old write `MIT/Apache-2.0`.
 * @param {string} of      Whose it is, for the error.
 * @return {string[]} Those that all have to be met.
 * @throws {Error} If what we take is not enough, or nothing is offered.
 */
export function take( licence, of ) {
	const words = licence.replaceAll( '/', ' OR ' ).match( /[()]|AND\b|OR\b|[\w.+-]+( WITH [\w.-]+)?/g ) ?? [];
	const list = ( word, next, join ) => {
		const parts = [ next() ];
		while ( words[ 0 ] === word ) {
			words.shift();
			parts.push( next() );
		}
		return join( parts );
	};
	const any = () => list( 'OR', all, ( parts ) => parts.filter( Boolean ).sort( ( a, b ) => rank( a ) - rank( b ) )[ 0 ] ?? null );
	const all = () => list( 'AND', one, ( parts ) => parts.includes( null ) ? null : [ ...new Set( parts.flat() ) ] );
	const one = () => {
		const word = words.shift();
		if ( word === '(' ) {
			const inside = any();
			words.shift();
			return inside;
		}
		return TAKEN.includes( word ) ? [ word ] : null;
	};
	const rank = ( ids ) => Math.max( ...ids.map( ( id ) => TAKEN.indexOf( id ) ) );
	const taken = any();
	if ( ! taken || words.length !== 0 ) {
		throw new Error( `${ of } offers '${ licence }'; what ships has to be offered under one of: ${ TAKEN.join( ', ' ) }. Take another crate, or think about that list in scripts/shipped.mjs` );
	}
	return taken;
}
