// Everything that comes from outside comes at a version and with a hash that stand in a committed file, and no
// command takes anything else.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath( new URL( '../../', import.meta.url ) );
const files = execFileSync( 'git', [ 'ls-files', '-z' ], { cwd: root, encoding: 'utf8' } ).split( '\0' ).filter( ( file ) => existsSync( join( root, file ) ) );
const named = ( name ) => files.filter( ( file ) => basename( file ) === name );
const read = ( file ) => readFileSync( join( root, file ), 'utf8' );
const crates = ( lock ) => lock.split( '\n[[package]]\n' ).slice( 1 ).map(
	( entry ) => Object.fromEntries( [ ...entry.matchAll( /^(name|version|source|checksum) = "(.*)"$/gm ) ].map( ( [ , key, value ] ) => [ key, value ] ) ) );

test( 'every crate with dependencies has its versions in a committed Cargo.lock', () => {
	for ( const manifest of named( 'Cargo.toml' ).filter( ( file ) => /dependencies[.\]]/.test( read( file ) ) ) ) {
		const workspace = execFileSync( 'cargo', [ 'locate-project', '--workspace', '--message-format=plain' ], { cwd: join( root, dirname( manifest ) ), encoding: 'utf8' } );
		const lock = join( dirname( workspace.slice( root.length ).trim() ), 'Cargo.lock' );
		assert.ok( files.includes( lock ), `${ manifest }: ${ lock } is not committed` );
	}
} );

for ( const lock of named( 'Cargo.lock' ) ) {
	test( `${ lock } has all that its manifests ask for`, () => {
		// Without the network if what was once fetched is enough; no crate is fetched for it.
		const resolve = ( ...options ) => spawnSync( 'cargo', [ 'update', '--workspace', '--locked', '--manifest-path', lock.replace( /lock$/, 'toml' ), ...options ], { cwd: root, encoding: 'utf8' } );
		let result = resolve( '--offline' );
		result = result.status === 0 ? result : resolve();
		assert.equal( result.status, 0, result.stderr );
	} );
	test( `${ lock }: every crate is of crates.io, with its checksum, or of this tree`, () => {
		const own = named( 'Cargo.toml' ).map( ( file ) => read( file ).match( /^name = "(.*)"$/m )?.[ 1 ] );
		assert.deepEqual( crates( read( lock ) ).filter( ( crate ) => ! sealed( crate, own ) ), [] );
		assert.ok( crates( read( lock ) ).length > 20 );
	} );
}
const sealed = ( { name, source, checksum }, own ) => source === undefined
	? own.includes( name )
	: source === 'registry+https://github.com/rust-lang/crates.io-index' && /^[0-9a-f]{64}$/.test( checksum );

test( 'a crate of elsewhere or without a checksum is found', () => {
	const checksum = 'a'.repeat( 64 ), source = 'registry+https://github.com/rust-lang/crates.io-index';
	assert.ok( sealed( { name: 'url', source, checksum }, [] ) );
	assert.ok( ! sealed( { name: 'url', source }, [] ) );
	assert.ok( ! sealed( { name: 'url', source: 'git+https://github.com/servo/rust-url#0123', checksum }, [] ) );
	assert.ok( ! sealed( { name: 'url' }, [ 'idna' ] ) );
} );

for ( const manifest of named( 'package.json' ) ) {
	test( `${ manifest }: each package at one version, with its hash`, () => {
		const lock = JSON.parse( read( join( dirname( manifest ), 'package-lock.json' ) ) );
		const { dependencies, devDependencies } = JSON.parse( read( manifest ) );
		assert.deepEqual( { ...lock.packages[ '' ].dependencies, ...lock.packages[ '' ].devDependencies }, { ...dependencies, ...devDependencies } );
		for ( const version of Object.values( { ...dependencies, ...devDependencies } ) ) {
			assert.match( version, /^\d+\.\d+\.\d+$/ );
		}
		for ( const [ path, entry ] of Object.entries( lock.packages ).filter( ( [ path ] ) => path ) ) {
			assert.match( entry.integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, path );
			assert.equal( entry.resolved, undefined, `${ path } comes from one address, and not from whatever registry is set up` );
			assert.ok( ! entry.link && ! entry.hasInstallScript, `${ path } runs something when it is installed` );
		}
	} );
}
test( 'nothing that npm fetches runs when it is installed', () => {
	assert.match( read( '.npmrc' ), /^ignore-scripts=true$/m );
} );

for ( const requirements of named( 'requirements.txt' ) ) {
	test( `${ requirements }: each package at one version, with its hashes`, () => {
		for ( const line of read( requirements ).replaceAll( '\\\n', ' ' ).split( '\n' ).filter( ( text ) => text && ! text.startsWith( '#' ) ) ) {
			assert.match( line, /^[\w-]+==[\d.]+( +--hash=sha256:[0-9a-f]{64})+$/ );
		}
	} );
}

/** What a script does that could bring something else than is written down. */
function loose( script ) {
	const lines = script.replaceAll( '\\\n', ' ' ).split( '\n' ).filter( ( line ) => ! /^\s*#/.test( line ) );
	const found = lines.filter( ( line ) =>
		/\b(wasm_)?cargo["']? (\$\w+ )?(build|check|test|run|rustc|doc|rustdoc|clippy|bench|install|metadata|tree)\b(?! --version)/.test( line ) && ! / --locked\b/.test( line ) ||
		/\bnpm (i|install|add|update|exec|x)\b|\bnpx\b/.test( line ) ||
		/\bpip (install|download)\b/.test( line ) && ! / --require-hashes\b/.test( line ) ||
		/\b(curl|wget) .*https?:/.test( line ) && ! /127\.0\.0\.1|localhost/.test( line ) );
	// What is packed is held to its hash in the same function.
	for ( const body of script.split( /^\}$/m ).filter( ( text ) => /\bnpm pack\b/.test( text ) ) ) {
		if ( ! /\bcheck_sha512\b/.test( body ) ) {
			found.push( body.match( /.*\bnpm pack\b.*/ )[ 0 ] );
		}
	}
	return found;
}
const scripts = files.filter( ( file ) => /^(build\.sh|\.ci\/run|.*\.sh)$/.test( file ) && ! file.startsWith( 'php-bridge/examples/' ) );

for ( const script of scripts ) {
	test( `${ script } takes only what is written down`, () => assert.deepEqual( loose( read( script ) ), [] ) );
}
test( 'a command that takes something else is found', () => {
	assert.ok( scripts.length > 15 );
	for ( const command of [ 'cargo build --package a', '\twasm_cargo rustc --lib', 'cargo install mago \\\n\t--root x', 'npm install --silent', 'npx playwright', 'python3 -m pip download x',
		'curl -O https://example.org/x', 'f() {\n\tnpm pack x\n}\ncheck_sha512' ] ) {
		assert.equal( loose( command ).length, 1, command );
	}
	assert.deepEqual( loose( 'cargo build --locked\ncargo fmt --all\nnpm ci --silent\ncurl http://127.0.0.1:80/\nf() {\n\tnpm pack x && check_sha512\n}' ), [] );
} );
