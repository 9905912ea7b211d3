<?php
/**
 * Behind an `if` a variable has the value of before, not the constant that one branch gives it.
 *
 * $value is set to $from, then to 15 on the only branch that is ever taken; what is stored is $from.
 * The branch that is never taken has to be as complicated as this. A generated module showed it first.
 *
 * No report is known. 8.5.2 compiles this rightly, and the module wrongly.
 *
 * @wrong function 8.4
 *
 * @package Wasm2Php
 */

/** Holds what the loop reads in each round. */
class Machine {
	/** @var int */
	public $from = 31;
	/** @var int */
	public $limit = 16;
	/** @var int[] */
	public $words;

	public function note( $x, $w ) {
		return 1;
	}

	public function run( &$words, $j, $g, $n ) {
		$e = 36;
		do {
			$from = $this->from;
			if ( 11 ) {
				$value = $from;
			}
			$w = 1;
			if ( $x = 1 ) {
				$this->note( $x, $w );
			} else {
				$c = $w;
			}
			if ( 606511569969826967 != $this->limit ) {
				$value = 15;
			} else {
				$value = (int) ( ( $e ? $this->one( $e ) : $words[ $e ] )->bits( $this->from ) < $this->one( (int) ( $g >= $j ) ) );
			}
			$words[ $from ] = 1 | $value;
			$e = $e - 4;
		} while ( $e );
	}
}

$machine        = new Machine();
$machine->words = array_fill( 0, 64, 0 );
$machine->run( $machine->words, 1, 2, 3 );
$got = $machine->words[31];
echo 15 === $got ? "right\n" : "wrong: $got, not 15\n";
