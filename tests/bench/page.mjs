// The page of all figures: performance.template.md with what is in bench.json put into it, and its pictures.
//
//   node page.mjs FOLDER    writes FOLDER/performance.md and FOLDER/performance/*.svg out of
//                           FOLDER/performance/bench.json

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { number, picture, words } from './plot.mjs';
import { read } from './report.mjs';

const TEMPLATE = fileURLToPath( new URL( 'performance.template.md', import.meta.url ) );
const NOT_MEASURED = 'not measured yet';

/**
 * The files of the page by their names, out of the parts that bench.json has.
 *
 * The template may hold, each in double braces: `figure NAME`, cells of a table with value, aim, whether it is met, and name;
 * `value NAME`; `plot NAME`; `method PART`, how its figures were taken; `aims`, how many are met.
 */
export function files( parts ) {
	const figures = new Map( Object.values( parts ).flatMap( ( part ) => part.figures ).map( ( figure ) => [ figure.name, figure ] ) );
	const plots = new Map( Object.values( parts ).flatMap( ( part ) => Object.entries( part.plots ) ) );
	const pictures = {};
	const fillers = {
		figure: ( name ) => cells( name, figures.get( name ) ),
		value: ( name ) => value( figures.get( name ) ),
		plot( name ) {
			const plot = plots.get( name );
			if ( ! plot ) {
				return `(${ NOT_MEASURED })`;
			}
			pictures[ `performance/${ name }.svg` ] = picture( plot );
			return `![${ plot.title }. ${ words( plot ) }](performance/${ name }.svg)`;
		},
		method: ( name ) => method( name, parts[ name ] ),
		aims: () => aims( [ ...figures.values() ] ),
	};
	const text = readFileSync( TEMPLATE, 'utf8' ).replace( /\{\{(\w+)(?: ([\w-]+))?\}\}/g, ( directive, filler, name ) => {
		if ( ! fillers[ filler ] ) {
			throw new Error( `${ TEMPLATE }: what is ${ directive }?` );
		}
		return fillers[ filler ]( name );
	} );
	return { 'performance.md': text, ...pictures };
}

function value( figure ) {
	if ( ! figure ) {
		return NOT_MEASURED;
	}
	return figure.value === null ? 'none' : `${ precise( figure.value ) } ${ figure.unit }${ figure.upTo ? `, up to ${ precise( figure.upTo ) }` : '' }`;
}

/** Of what is near one the digits behind it matter. */
function precise( figure ) {
	return figure >= 0.9 && figure < 1.1 ? String( Number( figure.toFixed( 3 ) ) ) : number( figure );
}

function cells( name, figure ) {
	const aim = figure?.aim ?? null;
	return `${ value( figure ) } | ${ aim === null ? '' : precise( aim ) } | ${ aim === null ? '' : figure.met ? 'yes' : '**no**' } | \`${ name }\``;
}

function aims( figures ) {
	const aimed = figures.filter( ( { aim } ) => aim !== null );
	const missed = aimed.filter( ( { met } ) => ! met );
	const list = missed.map( ( figure ) => `\n* \`${ figure.name }\`: ${ value( figure ) }, the aim is ${ precise( figure.aim ) }` );
	return `Of ${ aimed.length } aims ${ aimed.length - missed.length } are met${ missed.length ? ` and ${ missed.length } missed:\n${ list.join( '' ) }` : '.' }`;
}

function method( name, part ) {
	if ( ! part ) {
		return `_${ NOT_MEASURED }: \`./build.sh bench ${ name }\` does it._`;
	}
	const quick = part.quick ? '**A quick run, too short to tell anything.** ' : '';
	const list = part.figures.map( ( figure ) => `* \`${ figure.name }\`: ${ figure.method.replace( /[<|_*]/g, '\\$&' ) }` );
	return `${ quick }Measured on ${ part.date } at commit \`${ part.commit }\` with ${ part.machine }; \`./build.sh bench ${ name }\` measures it again.\n\n`
		+ `<details><summary>How each was measured</summary>\n\n${ list.join( '\n' ) }\n\n</details>`;
}

if ( process.argv[ 1 ] === fileURLToPath( import.meta.url ) ) {
	const folder = process.argv[ 2 ];
	const pictures = join( folder, 'performance' );
	const made = files( read( join( pictures, 'bench.json' ) ) );
	for ( const name of readdirSync( pictures ).filter( ( file ) => file.endsWith( '.svg' ) ) ) {
		rmSync( join( pictures, name ) );
	}
	for ( const [ name, text ] of Object.entries( made ) ) {
		writeFileSync( join( folder, name ), text );
	}
	console.log( `The page: ${ join( folder, 'performance.md' ) }` );
}
