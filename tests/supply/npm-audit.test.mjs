// What scripts/npm-audit.mjs makes of the answers that a registry can give.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath( new URL( '../../scripts/npm-audit.mjs', import.meta.url ) );
const folder = mkdtempSync( join( tmpdir(), 'npm-audit-' ) );
const locked = { name: 'tools', lockfileVersion: 3, packages: {
	'': { name: 'tools', dependencies: { leaky: '1.0.0' } },
	'node_modules/leaky': { version: '1.0.0', integrity: `sha512-${ 'A'.repeat( 86 ) }==` },
} };
const write = ( name, value ) => writeFileSync( join( folder, name ), JSON.stringify( value ) );
write( 'package.json', { name: 'tools', dependencies: { leaky: '1.0.0' } } );
write( 'package-lock.json', locked );
after( () => rmSync( folder, { recursive: true } ) );

/** What the script says and ends with, when the registry answers like this. */
async function asked( answer ) {
	const registry = createServer( answer ).listen( 0, '127.0.0.1' );
	await new Promise( ( resolve ) => registry.on( 'listening', resolve ) );
	const { port } = registry.address();
	try {
		return await audited( `http://127.0.0.1:${ port }/` );
	} finally {
		registry.closeAllConnections();
		registry.close();
	}
}
async function audited( registry ) {
	const process = spawn( globalThis.process.execPath, [ script, folder ], {
		env: { ...globalThis.process.env, npm_config_registry: registry, npm_config_cache: join( folder, 'cache' ), npm_config_update_notifier: 'false' },
	} );
	let text = '';
	process.stdout.on( 'data', ( data ) => text += data );
	return { text: () => text, status: await new Promise( ( resolve ) => process.on( 'close', resolve ) ) };
}
const json = ( body ) => ( request, response ) => {
	response.setHeader( 'Content-Type', 'application/json' );
	response.end( JSON.stringify( body ) );
};

test( 'nothing known against a package passes', async () => {
	const { status, text } = await asked( json( {} ) );
	assert.equal( status, 0 );
	assert.match( text(), /nothing known against 1 packages/ );
} );

const known = { id: 1, url: 'https://github.com/advisories/GHSA-0000-0000-0000', title: 'It leaks', severity: 'low', vulnerable_versions: '<1.0.1' };

test( 'what is known against a package fails, and is named', async () => {
	const versions = Object.fromEntries( [ '1.0.0', '1.0.1' ].map( ( version ) => [ version, { name: 'leaky', version } ] ) );
	const { status, text } = await asked( ( request, response ) => json( request.method === 'POST'
		? { leaky: [ known ] }
		: { name: 'leaky', versions, 'dist-tags': { latest: '1.0.1' } } )( request, response ) );
	assert.equal( status, 1 );
	assert.match( text(), /leaky .*low; https:\/\/github\.com\/advisories\/GHSA-0000-0000-0000/ );
} );

test( 'a registry that knows something and then fails does not pass', async () => {
	const { status } = await asked( ( request, response ) => request.method === 'POST'
		? json( { leaky: [ known ] } )( request, response )
		: response.writeHead( 503 ).end() );
	assert.equal( status, 1 );
} );

test( 'a registry that does not answer such questions passes, and is told of', async () => {
	const { status, text } = await asked( ( request, response ) => response.writeHead( 405 ).end() );
	assert.equal( status, 0 );
	assert.match( text(), /NOT ASKED.*405/ );
} );

test( 'no registry at all passes, and is told of', async () => {
	const { status, text } = await audited( 'http://127.0.0.1:1/' );
	assert.equal( status, 0 );
	assert.match( text(), /NOT ASKED/ );
} );

test( 'a lock file that npm cannot read fails', async () => {
	rmSync( join( folder, 'package-lock.json' ) );
	const { status, text } = await asked( json( {} ) );
	write( 'package-lock.json', locked );
	assert.equal( status, 1 );
	assert.match( text(), /npm audit fails/ );
} );
