<?php
/**
 * A comparison that is negated becomes the opposite one.
 *
 * Not the JIT but OPcache's optimizer makes `$b <= $a` of `! ( $a < $b )`. Where one of them is a NaN,
 * both are false. wasm2php writes `(int) ( $a < $b ) ^ 1`, which is left as it is.
 *
 * php-src #15773, open.
 *
 * @wrong opcache 8.1 8.2 8.3 8.4 8.5
 * @wrong function 8.1 8.2 8.3 8.4 8.5
 * @wrong tracing 8.1 8.2 8.3 8.4 8.5
 *
 * @package Wasm2Php
 */

function not_less( $a, $b ) {
	return ! ( $a < $b );
}

function not_less_either( $a, $b ) {
	return ( (int) ( $a < $b ) ) ^ 1;
}

$wrong = array();
for ( $round = 0; $round < 300; ++$round ) {
	if ( 1 !== not_less_either( NAN, 1.0 ) ) {
		exit( "wrong: also with ^ 1\n" );
	}
	if ( true !== not_less( NAN, 1.0 ) ) {
		exit( "wrong: round $round, a NaN is less than 1\n" );
	}
}
echo "right\n";
