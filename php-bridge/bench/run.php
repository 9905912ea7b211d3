<?php
/**
 * One workload on all peers by turns, in one process.
 *
 * usage: php run.php WORKLOAD SECONDS PEERS [MESSAGES.json...]
 *
 * PEERS is JSON: for each peer what its class is made with. The core's messages are lists of objects with
 * `message` and `answer`.
 *
 * Prints JSON: for each peer the checksum that it gives or why it gives none, and the nanoseconds of all
 * peers that are right, in each round.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

define( 'ABSPATH', '/' ); // Without which the core's files do nothing.

ini_set( 'memory_limit', '1G' );
require __DIR__ . '/input.php';
require __DIR__ . '/plain.php';

const ROUNDS     = 1000;
const MIN_ROUNDS = 11;
// Of the two loops; what the others work on is as large as input.php says.
const INT_ROUNDS = 200000;
const FLOAT_SIZE = 100;

/**
 * The work as a function of no arguments, that gives a checksum of what it did.
 *
 * @param string $workload Its name.
 * @param object $peer     Who is to do it.
 * @param array  $messages For the core: messages and their answers.
 * @return callable
 */
function work( string $workload, object $peer, array $messages ): callable {
	switch ( $workload ) {
		case 'core':
			return static function () use ( $peer, $messages ): int {
				$right = 0;
				foreach ( $messages as $entry ) {
					$length  = strlen( $entry['message'] );
					$pointer = $peer->call( 'alloc', $length );
					$peer->write( $pointer, $entry['message'] );
					$place  = $peer->call( 'call', $pointer, $length );
					$answer = $peer->read( $place >> 32 & 0xffffffff, $place & 0xffffffff );
					$peer->call( 'reset' );
					$right += (int) ( $answer === $entry['answer'] );
				}
				return $right;
			};
		case 'int_loop':
		case 'float_loop':
			$arguments = array( 'int_loop' === $workload ? INT_ROUNDS : FLOAT_SIZE );
			break;
		case 'sort':
			$numbers   = input_sort();
			$arguments = array( place( $peer, pack( 'V*', ...$numbers ) ), count( $numbers ) );
			break;
		default:
			$input     = 'json' === $workload ? input_json() : input_sha256();
			$arguments = array( place( $peer, $input ), strlen( $input ) );
	}
	return static function () use ( $peer, $workload, $arguments ): int {
		return $peer->call( $workload, ...$arguments ) & 0xffffffff;
	};
}

/**
 * Puts an input into a peer's memory.
 *
 * @param object $peer  The peer.
 * @param string $input The input.
 */
function place( object $peer, string $input ): int {
	$pointer = $peer->call( 'alloc', strlen( $input ) );
	$peer->write( $pointer, $input );
	return $pointer;
}

/**
 * The same work in PHP: by hand, and with what PHP itself has for it.
 *
 * @param string $workload Its name.
 * @return callable[] By peer.
 */
function in_php( string $workload ): array {
	$json   = input_json();
	$sha256 = input_sha256();
	$sort   = input_sort();
	$of     = array(
		'sha256'     => array(
			'plain'  => static function () use ( $sha256 ): int {
				return plain_sha256( $sha256 );
			},
			'native' => static function () use ( $sha256 ): int {
				return hexdec( substr( hash( 'sha256', $sha256 ), 0, 8 ) );
			},
		),
		'json'       => array(
			'plain'  => static function () use ( $json ): int {
				return plain_json( $json );
			},
			'native' => static function () use ( $json ): int {
				return json_checksum( json_encode( json_decode( $json ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
			},
		),
		'sort'       => array(
			'plain'  => static function () use ( $sort ): int {
				return plain_sort( $sort );
			},
			'native' => static function () use ( $sort ): int {
				sort( $sort );
				return sort_checksum( $sort );
			},
		),
		'int_loop'   => array(
			'plain' => static function (): int {
				return plain_int_loop( INT_ROUNDS );
			},
		),
		'float_loop' => array(
			'plain' => static function (): int {
				return plain_float_loop( FLOAT_SIZE );
			},
		),
	);
	return $of[ $workload ] ?? array();
}

list( , $workload, $seconds, $peers ) = $argv;

$peers    = json_decode( $peers, true, 16, JSON_THROW_ON_ERROR );
$messages = array();
foreach ( array_slice( $argv, 4 ) as $file ) {
	$messages = array_merge( $messages, json_decode( file_get_contents( $file ), true, 16, JSON_THROW_ON_ERROR ) );
}

$works     = array();
$checksums = array();
$failures  = array();
foreach ( $peers as $name => $arguments ) {
	try {
		$class = __NAMESPACE__ . '\\' . ucfirst( $name );
		require __DIR__ . "/peers/class-$name.php";
		$works[ $name ] = work( $workload, new $class( ...$arguments ), $messages );
	} catch ( \Throwable $error ) {
		$failures[ $name ] = $error->getMessage();
	}
}
$works += in_php( $workload );

// The first call is for the checksum, and to have everything loaded.
foreach ( $works as $name => $work ) {
	try {
		$checksums[ $name ] = $work();
	} catch ( \Throwable $error ) {
		$failures[ $name ] = $error->getMessage();
		unset( $works[ $name ] );
	}
}

$times = array();
$end   = hrtime( true ) + $seconds * 1e9;
for ( $round = 0; $round < ROUNDS && ( $round < MIN_ROUNDS || hrtime( true ) < $end ); $round++ ) {
	$taken = array();
	// Each peer comes first in its turn.
	$names = array_keys( $works );
	$first = $round % count( $names );
	foreach ( array_merge( array_slice( $names, $first ), array_slice( $names, 0, $first ) ) as $name ) {
		$work           = $works[ $name ];
		$started        = hrtime( true );
		$checksum       = $work();
		$taken[ $name ] = hrtime( true ) - $started;
		if ( $checksum !== $checksums[ $name ] ) {
			$failures[ $name ] = 'it gives another answer each time';
			unset( $works[ $name ] );
		}
	}
	$times[] = $taken;
}

$status = opcache_get_status( false );
echo json_encode(
	array(
		'php'       => PHP_VERSION,
		'opcache'   => false !== $status,
		'jit'       => $status['jit']['on'] ?? false,
		'messages'  => count( $messages ),
		'checksums' => $checksums,
		'failures'  => (object) $failures,
		'times'     => $times,
	),
	JSON_THROW_ON_ERROR
);
