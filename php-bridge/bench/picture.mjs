// The table of speeds as a picture: time on a logarithmic scale, one bar for each peer of a workload.

const WIDTH = 760;
const LEFT = 16;
const RIGHT = 70;
const BAR = 13;
const GROUP = 34;
const COLOURS = {
	wasm2php: [ '#0b6e4f', '#3ddc97' ],
	wasm2lang: [ '#b3541e', '#ff9f5a' ],
	wasmtime: [ '#4059ad', '#8ea6ff' ],
	plain: [ '#767676', '#a8a8a8' ],
};

const escape = ( text ) => text.replace( /[&<>"]/g, ( char ) => `&#${ char.charCodeAt( 0 ) };` );
const milliseconds = ( nanoseconds ) => {
	const value = nanoseconds / 1e6;
	return `${ value >= 100 ? value.toFixed( 0 ) : Number( value.toPrecision( 2 ) ) } ms`;
};

/** An SVG that is readable on light and dark pages, with all of it in words for who does not see it. */
export function picture( rows, names ) {
	const peers = Object.keys( COLOURS );
	const times = rows.flatMap( ( { medians } ) => peers.flatMap( ( peer ) => medians[ peer ] ?? [] ) );
	const first = Math.floor( Math.log10( Math.min( ...times ) ) );
	const last = Math.log10( Math.max( ...times ) );
	const x = ( time ) => LEFT + ( Math.log10( time ) - first ) / ( last - first ) * ( WIDTH - LEFT - RIGHT );

	const body = [];
	const words = [];
	let y = 62;
	for ( const { label, medians, ratio } of rows ) {
		const shown = peers.filter( ( peer ) => medians[ peer ] );
		const said = ratio ? `${ label }: ${ Number( ratio.toPrecision( 2 ) ) } times as fast as wasm2lang` : `${ label }: wasm2lang answers wrongly`;
		body.push( `<text class="label" x="${ LEFT }" y="${ y }">${ escape( said ) }</text>` );
		words.push( `${ said }; ${ shown.map( ( peer ) => `${ names[ peer ] } ${ milliseconds( medians[ peer ] ) }` ).join( ', ' ) }.` );
		for ( const peer of shown ) {
			y += BAR + 3;
			const end = x( medians[ peer ] );
			body.push( `<rect class="${ peer }" x="${ LEFT }" y="${ y - BAR + 5 }" width="${ ( end - LEFT ).toFixed( 1 ) }" height="${ BAR }" rx="2"/>` );
			body.push( `<text x="${ ( end + 6 ).toFixed( 1 ) }" y="${ y + 3 }">${ milliseconds( medians[ peer ] ) }</text>` );
		}
		y += GROUP;
	}
	const height = y + 12;
	const grid = [];
	for ( let power = first + 1; power <= last; power++ ) {
		const at = x( 10 ** power ).toFixed( 1 );
		grid.push( `<path class="grid" d="M${ at } 44V${ y - 14 }"/><text class="grid" x="${ at }" y="${ y + 2 }" text-anchor="middle">${ milliseconds( 10 ** power ) }</text>` );
	}
	const legend = peers.map( ( peer, index ) => {
		const at = LEFT + index * 170;
		return `<rect class="${ peer }" x="${ at }" y="22" width="${ BAR }" height="${ BAR }" rx="2"/><text x="${ at + BAR + 6 }" y="33">${ escape( names[ peer ] ) }</text>`;
	} );
	const fill = ( tone ) => peers.map( ( peer ) => `.${ peer } { fill: ${ COLOURS[ peer ][ tone ] }; }` ).join( ' ' );
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${ WIDTH } ${ height }" role="img" aria-labelledby="title description">
<title id="title">Time of the same work, in milliseconds; each ten times further is ten times longer</title>
<desc id="description">${ escape( words.join( ' ' ) ) }</desc>
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; } .label { font-weight: 600; } .page { fill: #ffffff; }
path.grid { stroke: #d1d9e0; } text.grid { fill: #59636e; }
${ fill( 0 ) }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .page { fill: #0d1117; }
path.grid { stroke: #3d444d; } text.grid { fill: #9198a1; }
${ fill( 1 ) } }
</style>
<rect class="page" width="100%" height="100%"/>
${ [ ...legend, ...grid, ...body ].join( '\n' ) }
</svg>
`;
}
