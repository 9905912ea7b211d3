<?php
/**
 * A variable is overwritten on one branch and read on the other.
 *
 * The trace goes through the branch that overwrites $f. For its compiler the `&` before is then the last
 * use of $f: zend_ssa_is_last_use() looks at the next use in the order of the code, which is the
 * assignment, and not at the one after it, on the other branch. So $f is in no register and in no
 * memory when the trace is left for that branch.
 *
 * No report is known.
 *
 * @wrong tracing 8.1 8.2 8.3 8.4 8.5
 *
 * @package Wasm2Php
 */

function pick( $words, $index ) {
	$f = $words[ $index ] >> 16;
	if ( ( $f & 255 ) === 48 ) {
		$f = $words[2];
		$g = $f + $f;
	} else {
		$g = $f;
	}
	return $g;
}

$words = array( 49 << 16, 48 << 16, 7 );
for ( $round = 0; $round < 300; ++$round ) {
	foreach ( array( 1, 1, 1, 0 ) as $index ) {
		$got  = @pick( $words, $index );
		$want = $index ? 14 : 49;
		if ( $got !== $want ) {
			echo 'wrong: round ', $round, ' gives ', var_export( $got, true ), ", not $want\n";
			exit;
		}
	}
}
echo "right\n";
