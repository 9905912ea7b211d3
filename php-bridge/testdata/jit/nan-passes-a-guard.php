<?php
/**
 * A NaN is between two numbers.
 *
 * The trace goes through the branch on which both comparisons are true. The machine code leaves it where
 * one of them turns out to be the opposite, and with a NaN none is: the trace goes on.
 *
 * php-src #20880, closed in January 2026.
 *
 * @wrong tracing 8.4 8.5
 *
 * @package Wasm2Php
 */

function is_inside( $a, $low, $high ) {
	if ( $a > $low && $a < $high ) {
		return 1;
	}
	return 0;
}

$wanted = array( array( 1.0, 1 ), array( 2.0, 1 ), array( 5.0, 0 ), array( NAN, 0 ) );
for ( $round = 0; $round < 300; ++$round ) {
	foreach ( $wanted as list( $a, $want ) ) {
		$got = is_inside( $a, 0.0, 4.0 );
		if ( $got !== $want ) {
			printf( "wrong: round %d gives %d, not %d, for %f\n", $round, $got, $want, $a );
			exit;
		}
	}
}
echo "right\n";
