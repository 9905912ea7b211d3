// The page of figures: it is what the committed figures give, and each figure says how, when, of what and on what it
// was taken.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { files } from './page.mjs';

const here = ( path ) => fileURLToPath( new URL( path, import.meta.url ) );
const text = ( path ) => readFileSync( here( path ), 'utf8' );
const DOCS = '../../docs';
const parts = JSON.parse( text( `${ DOCS }/performance/bench.json` ) );
const figures = Object.values( parts ).flatMap( ( part ) => part.figures );
const template = text( 'performance.template.md' );
const named = ( filler ) => [ ...template.matchAll( new RegExp( `\\{\\{${ filler } ([\\w-]+)\\}\\}`, 'g' ) ) ].map( ( [ , name ] ) => name );

test( 'page and pictures are what the figures give', () => {
	const made = files( parts );
	for ( const [ name, expected ] of Object.entries( made ) ) {
		assert.equal( text( `${ DOCS }/${ name }` ), expected, `${ name } is not what performance/bench.json gives: node tests/bench/page.mjs docs` );
	}
	const pictures = readdirSync( here( `${ DOCS }/performance` ) ).filter( ( name ) => name !== 'bench.json' );
	assert.deepEqual( pictures.map( ( name ) => `performance/${ name }` ).sort(), Object.keys( made ).filter( ( name ) => name.endsWith( '.svg' ) ).sort() );
} );

test( 'another figure gives another page, another point another picture', () => {
	const other = structuredClone( parts );
	for ( const part of Object.values( other ) ) {
		part.figures.forEach( ( figure ) => { figure.value = 12345678; } );
		Object.values( part.plots ).forEach( ( plot ) => { plot.title = 'other'; } );
	}
	const [ made, changed ] = [ files( parts ), files( other ) ];
	for ( const name of Object.keys( made ) ) {
		assert.notEqual( changed[ name ], made[ name ], name );
	}
} );

test( 'all that was measured is shown, each once, and nothing else', () => {
	assert.deepEqual( named( 'figure' ).sort(), figures.map( ( { name } ) => name ).sort() );
	assert.deepEqual( named( 'plot' ).sort(), Object.values( parts ).flatMap( ( { plots } ) => Object.keys( plots ) ).sort() );
	assert.deepEqual( named( 'method' ).sort(), Object.keys( parts ).sort() );
} );

test( 'all parts of the command were measured', () => {
	const [ , list ] = /^PARTS=\((.*)\)$/m.exec( text( '../../scripts/bench.sh' ) );
	assert.deepEqual( Object.keys( parts ).sort(), list.split( ' ' ).sort() );
} );

test( 'every figure says what it is, and how, when, of what and on what it was taken', () => {
	for ( const [ name, part ] of Object.entries( parts ) ) {
		assert.match( part.date, /^20\d\d-\d\d-\d\d$/, name );
		assert.match( part.commit, /^[0-9a-f]{10}\+?$/, name );
		assert.match( part.machine, /^\d+ cores, \w+ \d+, PHP [\d.]+, Node\.js [\d.]+$/, name );
		assert.equal( part.quick, undefined, `${ name } was measured with BENCH_QUICK, too shortly to tell anything` );
		assert.ok( part.figures.length > 0, name );
		for ( const { name: figure, unit, method, aim, met } of part.figures ) {
			assert.ok( unit, figure );
			assert.ok( method.length > 15, figure );
			assert.equal( typeof met, aim === null ? 'object' : 'boolean', figure );
			assert.doesNotMatch( method, /\/(home|root|tmp|work)\//, `${ figure } names a path of a machine` );
		}
	}
} );

test( 'pictures are small, for light and dark pages, and said in words', () => {
	for ( const [ name, picture ] of Object.entries( files( parts ) ).filter( ( [ file ] ) => file.endsWith( '.svg' ) ) ) {
		assert.ok( picture.length < 20_000, `${ name }: ${ picture.length } bytes` );
		assert.match( picture, /<title id="title">[^<]+<\/title>\n<desc id="description">[^<]{20,}<\/desc>/, name );
		assert.match( picture, /prefers-color-scheme: dark/, name );
		assert.doesNotMatch( picture, /NaN|undefined|Infinity/, name );
	}
} );
