<?php
/**
 * What the workloads work on: the same bytes in every run.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

/**
 * Bytes of a generator whose numbers are the same in every PHP.
 *
 * @param int $count How many 32-bit words.
 * @return int[]
 */
function input_words( int $count ): array {
	mt_srand( 1 );
	$words = array();
	for ( $i = 0; $i < $count; $i++ ) {
		$words[] = mt_rand() << 1 | $i & 1;
	}
	return $words;
}

/**
 * 64 KB to hash.
 */
function input_sha256(): string {
	return pack( 'V*', ...input_words( 16384 ) );
}

/**
 * 20,000 numbers to sort.
 *
 * @return int[]
 */
function input_sort(): array {
	return input_words( 20000 );
}

/**
 * 100 KB of JSON, as an API would send it to people: indented, with escapes, numbers of both kinds. The
 * members are in the order of their names, which serde_json gives them too.
 */
function input_json(): string {
	mt_srand( 1 );
	$names    = array( 'Ada', 'Bjørn', 'Chloé', 'Pat "Patch" O\'Neil', 'Łukasz', 'Mary/Ann' );
	$contacts = array();
	for ( $id = 0; $id < 213; $id++ ) {
		$contacts[] = array(
			'active'  => 0 !== $id % 3,
			'company' => null,
			'email'   => "person$id@example.org",
			'id'      => $id,
			'name'    => $names[ $id % 6 ],
			'notes'   => "first line\nsecond\tline " . mt_rand(),
			'score'   => mt_rand( 0, 1000000 ) / 64,
			'tags'    => array( 'a' . mt_rand( 0, 9 ), 'newsletter', '2026' ),
			'visits'  => array( mt_rand(), mt_rand( 0, 99 ) ),
		);
	}
	return json_encode(
		array(
			'contacts' => $contacts,
			'total'    => count( $contacts ),
		),
		JSON_PRETTY_PRINT
	);
}
