<?php
/**
 * A variable that is set before a loop is used in each of its rounds.
 *
 * The function is hot and its loop is not: the trace begins at the function and goes through one round.
 * For its compiler the use of $k in that round is the last one, since no other follows in the code.
 * When the trace is left for the next round, $k is in no register and in no memory.
 *
 * Mended in 8.4: its zend_ssa_is_last_use() asks whether the variable is set before the loop.
 *
 * @wrong tracing 8.1 8.2 8.3
 *
 * @package Wasm2Php
 */

function skip( $flags, $n, $end ) {
	$k = $flags[0];
	while ( 1 ) {
		if ( $n < $end ) {
			$f = $flags[ $k + $n ];
		} else {
			$f = 0;
		}
		if ( $f ) {
			$n = $n + 1;
			continue;
		}
		break;
	}
	return $n;
}

$flags = array( 1, 0, 0, 0, 0, 1, 1, 1, 0, 0 );
for ( $round = 0; $round < 300; ++$round ) {
	skip( $flags, 0, 9 );
}
$got = @skip( $flags, 4, 9 );
echo 7 === $got ? "right\n" : "wrong: $got, not 7\n";
