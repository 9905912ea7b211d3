// Pictures of figures: bars for the same work by several, lines for what grows. An SVG that is readable on
// light and dark pages, with all of it in words for who does not see it. The same data give the same bytes.

const WIDTH = 760;
const LEFT = 16;
const BAR = 13;
// Of text and marks, on light and on dark pages; told apart also by who does not see red and green.
const COLOURS = [
	[ '#0b6e4f', '#3ddc97' ],
	[ '#b3541e', '#ff9f5a' ],
	[ '#4059ad', '#8ea6ff' ],
	[ '#767676', '#a8a8a8' ],
	[ '#8a2f7d', '#e58fd8' ],
];

const escape = ( text ) => text.replace( /[&<>"]/g, ( char ) => `&#${ char.charCodeAt( 0 ) };` );
const at = ( value ) => String( Number( value.toFixed( 1 ) ) );

/** A number as people read it: three digits that count, thousands set apart. */
export function number( value ) {
	return Number( value.toPrecision( value >= 1000 ? 4 : 3 ) ).toLocaleString( 'en' );
}

/** The picture of a plot, by its kind. */
export function picture( plot ) {
	return { bars, lines }[ plot.kind ]( plot );
}

/** What a plot says, in words. */
export function words( plot ) {
	const told = plot.kind === 'bars'
		? plot.rows.map( ( { label, values } ) => `${ label }: ${ Object.entries( values ).map( ( [ name, value ] ) => `${ plot.names[ name ] } ${ number( value ) } ${ plot.unit }` ).join( ', ' ) }.` )
		: plot.lines.map( ( { label, points } ) => `${ label }: ${ points.map( ( [ x, y ] ) => `${ number( y ) } ${ plot.y.unit } at ${ number( x ) } ${ plot.x.unit }` ).join( ', ' ) }.` );
	return told.join( ' ' );
}

/**
 * Bars: `names` of who is compared, and `rows` of a `label` with their `values`. The scale is linear from zero, or
 * with `log` each ten times further is ten times as much.
 */
function bars( plot ) {
	const RIGHT = 90;
	const GROUP = 34;
	const names = Object.keys( plot.names );
	const values = plot.rows.flatMap( ( row ) => Object.values( row.values ) );
	const first = plot.log ? Math.floor( Math.log10( Math.min( ...values ) ) ) : 0;
	const scale = plot.log ? Math.log10 : ( value ) => value;
	const last = scale( Math.max( ...values ) );
	const x = ( value ) => LEFT + ( scale( value ) - first ) / ( last - first ) * ( WIDTH - LEFT - RIGHT );

	const body = [];
	let y = 62;
	for ( const { label, values: own } of plot.rows ) {
		body.push( `<text class="label" x="${ LEFT }" y="${ y }">${ escape( label ) }</text>` );
		for ( const name of names.filter( ( one ) => one in own ) ) {
			y += BAR + 3;
			const end = x( own[ name ] );
			body.push( `<rect class="c${ names.indexOf( name ) }" x="${ LEFT }" y="${ y - BAR + 5 }" width="${ at( end - LEFT ) }" height="${ BAR }" rx="2"/>` );
			body.push( `<text x="${ at( end + 6 ) }" y="${ y + 3 }">${ number( own[ name ] ) } ${ escape( plot.unit ) }</text>` );
		}
		y += GROUP;
	}
	const ticks = plot.log ? Array.from( { length: Math.floor( last ) - first }, ( _, i ) => 10 ** ( first + 1 + i ) ) : [];
	const grid = ticks.map( ( tick ) => `<path class="grid" d="M${ at( x( tick ) ) } 44V${ y - 14 }"/><text class="grid" x="${ at( x( tick ) ) }" y="${ y + 2 }" text-anchor="middle">${ number( tick ) } ${ escape( plot.unit ) }</text>` );
	return svg( plot, y + 12, [ ...legend( names.map( ( name ) => plot.names[ name ] ) ), ...grid, ...body ] );
}

/**
 * Lines: `x` and `y` with what they are (`label`, `unit`), each linear from zero or with `log` in powers of ten; `lines`
 * of a `label` with `points`: x, y, and where it is known the ends of y's interval.
 */
function lines( plot ) {
	const HEIGHT = 380;
	const box = { left: 64, right: WIDTH - 24, top: 56, bottom: HEIGHT - 52 };
	const points = plot.lines.flatMap( ( line ) => line.points );
	const across = axis( plot.x, points.map( ( [ x ] ) => x ), box.left, box.right );
	const up = axis( plot.y, points.flatMap( ( [ , ...ys ] ) => ys ), box.bottom, box.top );
	const grid = [
		...up.ticks.map( ( tick ) => `<path class="grid" d="M${ box.left } ${ at( up.of( tick ) ) }H${ box.right }"/><text class="grid" x="${ box.left - 6 }" y="${ at( up.of( tick ) + 4 ) }" text-anchor="end">${ number( tick ) }</text>` ),
		...across.ticks.map( ( tick ) => `<path class="grid" d="M${ at( across.of( tick ) ) } ${ box.top }V${ box.bottom }"/><text class="grid" x="${ at( across.of( tick ) ) }" y="${ box.bottom + 18 }" text-anchor="middle">${ number( tick ) }</text>` ),
		`<text class="grid" x="${ box.right }" y="${ HEIGHT - 12 }" text-anchor="end">${ escape( `${ plot.x.label } (${ plot.x.unit })` ) }</text>`,
		`<text class="grid" x="${ LEFT }" y="${ box.top - 10 }">${ escape( `${ plot.y.label } (${ plot.y.unit })` ) }</text>`,
	];
	const body = plot.lines.flatMap( ( line, index ) => {
		const placed = line.points.map( ( [ x, y, low, high ] ) => ( { x: across.of( x ), y: up.of( y ), ...( high !== undefined && { low: up.of( low ), high: up.of( high ) } ) } ) );
		return [
			...placed.filter( ( { low } ) => low !== undefined ).map( ( { x, low, high } ) => `<path class="l${ index }" d="M${ at( x ) } ${ at( low ) }V${ at( high ) }"/>` ),
			`<path class="l${ index }" d="M${ placed.map( ( { x, y } ) => `${ at( x ) } ${ at( y ) }` ).join( 'L' ) }"/>`,
			...placed.map( ( { x, y } ) => `<circle class="c${ index }" cx="${ at( x ) }" cy="${ at( y ) }" r="3.5"/>` ),
		];
	} );
	return svg( plot, HEIGHT, [ ...legend( plot.lines.map( ( { label } ) => label ) ), ...grid, ...body ] );
}

/** Where a value lies between two ends, and the values that get a line. */
function axis( { log, ticks }, values, from, to ) {
	const highest = Math.max( ...values );
	if ( log ) {
		const [ first, last ] = [ Math.log10( Math.min( ...values ) ), Math.log10( highest ) ];
		const powers = Array.from( { length: Math.floor( last ) - Math.ceil( first ) + 1 }, ( _, i ) => 10 ** ( Math.ceil( first ) + i ) );
		return { of: ( value ) => from + ( Math.log10( value ) - first ) / ( last - first ) * ( to - from ), ticks: ticks ?? powers };
	}
	const rough = highest / 5;
	const power = 10 ** Math.floor( Math.log10( rough ) );
	const step = [ 1, 2, 5, 10 ].map( ( factor ) => factor * power ).find( ( size ) => size >= rough );
	const count = Math.ceil( highest / step );
	return { of: ( value ) => from + value / ( step * count ) * ( to - from ), ticks: ticks ?? Array.from( { length: count + 1 }, ( _, i ) => i * step ) };
}

function legend( labels ) {
	let x = LEFT;
	return labels.map( ( label, index ) => {
		const place = x;
		x += BAR + 26 + 7 * label.length;
		return `<rect class="c${ index }" x="${ at( place ) }" y="14" width="${ BAR }" height="${ BAR }" rx="2"/><text x="${ at( place + BAR + 6 ) }" y="25">${ escape( label ) }</text>`;
	} );
}

function svg( plot, height, content ) {
	const count = plot.kind === 'bars' ? Object.keys( plot.names ).length : plot.lines.length;
	const colours = ( tone ) => COLOURS.slice( 0, count ).map( ( pair, index ) => `.c${ index } { fill: ${ pair[ tone ] }; }${ plot.kind === 'lines' ? ` .l${ index } { stroke: ${ pair[ tone ] }; }` : '' }` ).join( ' ' );
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${ WIDTH } ${ at( height ) }" role="img" aria-labelledby="title description">
<title id="title">${ escape( plot.title ) }</title>
<desc id="description">${ escape( words( plot ) ) }</desc>
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; } .label { font-weight: 600; } .page { fill: #ffffff; }
path { fill: none; stroke-width: 2; } path.grid { stroke: #d1d9e0; stroke-width: 1; } text.grid { fill: #59636e; }
${ colours( 0 ) }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .page { fill: #0d1117; }
path.grid { stroke: #3d444d; } text.grid { fill: #9198a1; }
${ colours( 1 ) } }
</style>
<rect class="page" width="100%" height="100%"/>
${ content.join( '\n' ) }
</svg>
`;
}
