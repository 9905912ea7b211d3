<?php
/**
 * A product with 1.0 is left out.
 *
 * The compiler makes `$x` of `$x * 1.0`. That is the same for every number, but a signalling NaN stays
 * one where the processor would make it quiet, which WebAssembly wants.
 *
 * @wrong function 8.4 8.5
 * @wrong tracing 8.4 8.5
 *
 * @package Wasm2Php
 */

function same( $x ) {
	return $x * 1.0;
}

$signalling = unpack( 'e', pack( 'P', 0x7ff4000000000000 ) )[1];
for ( $round = 0; $round < 300; ++$round ) {
	$got = unpack( 'P', pack( 'e', same( $signalling ) ) )[1];
	if ( 0x7ffc000000000000 !== $got ) {
		printf( "wrong: round %d gives %x, not 7ffc000000000000\n", $round, $got );
		exit;
	}
}
echo "right\n";
