// The browser module held to the vectors, in Node: every committed one, thousands of mutated messages
// and the hostile ones, to the byte.
//
//   BROWSER_MODULE=folder with core.js  CORPUS=file of mutated messages  HOSTILE=file of hostile ones  node --test
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { BROWSER_MODULE, CORPUS, HOSTILE } = process.env;
const core = await import( pathToFileURL( join( BROWSER_MODULE, 'core.js' ) ) );
core.initSync( { module: readFileSync( join( BROWSER_MODULE, 'core_bg.wasm' ) ) } );

const read = ( path ) => JSON.parse( readFileSync( path, 'utf8' ) );
const folder = new URL( '../vectors/', import.meta.url );
const vectors = readdirSync( folder ).flatMap( ( name ) => read( new URL( name, folder ) ) );
const mutated = read( CORPUS );
// Bytes that are no text do not reach JavaScript.
const hostile = read( HOSTILE ).filter( ( { message } ) => message !== undefined );

test( `step_json gives the bytes of ${ vectors.length } vectors`, () => {
	assert.ok( vectors.length > 100 );
	for ( const { name, message, answer } of vectors ) {
		assert.equal( core.step_json( message ), answer, name );
	}
} );

test( `step_json gives the bytes of ${ mutated.length } mutated messages`, () => {
	assert.ok( mutated.length >= 1000 );
	for ( const { name, message, answer } of mutated ) {
		assert.equal( core.step_json( message ), answer, name );
	}
} );

test( `step_json gives the bytes of ${ hostile.length } hostile messages`, () => {
	assert.ok( hostile.length >= 1000 );
	for ( const { name, message, answer } of hostile ) {
		assert.equal( core.step_json( message ), answer, name );
	}
} );

test( 'step has an answer to all of them that a page asks', () => {
	let asked = 0;
	for ( const { name, message } of hostile ) {
		let value = null;
		try {
			value = JSON.parse( message );
		} catch {
			// It is about the ones that are JSON.
		}
		if ( [ 'explain', 'settings_checked' ].includes( value?.event?.type ) ) {
			assert.ok( core.step( value ).effects.length > 0, name );
			++asked;
		}
	}
	assert.ok( asked >= 100 );
} );

test( 'step agrees with step_json', () => {
	for ( const { name, message, answer } of vectors ) {
		assert.deepEqual( core.step( JSON.parse( message ) ), JSON.parse( answer ), name );
	}
} );
