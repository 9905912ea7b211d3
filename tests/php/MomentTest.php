<?php
/**
 * Times in words; that the page's script has the same, tests/e2e/clock.test.mjs sees.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Moment;

final class MomentTest extends Plugin_Case {

	/** @dataProvider distances */
	public function test_how_far_off_a_time_is( int $seconds, string $words ): void {
		$this->assertSame( $words, Moment::distance( 1800000000 + $seconds, 1800000000 ) );
	}

	public function distances(): array {
		$distances = array( 0 => 'just now', 1 => 'in 1 second', -1 => '1 second ago', 59 => 'in 59 seconds', 60 => 'in 1 minute', 89 => 'in 1 minute', 90 => 'in 2 minutes', -3300 => '55 minutes ago', 3569 => 'in 59 minutes', 3570 => 'in 1 hour', -5400 => '2 hours ago', 84599 => 'in 23 hours', 84600 => 'in 1 day', 14 * 86400 - 5 => 'in 14 days', -59 * 86400 => '59 days ago', 60 * 86400 => 'in 2 months', -700 * 86400 => '23 months ago', 740 * 86400 => 'in 2 years', 3650 * 86400 => 'in 10 years', -36500 * 86400 => '100 years ago', 200 * 31557600 => 'in 200 years' );
		return array_combine( $distances, array_map( null, array_keys( $distances ), $distances ) );
	}

	public function test_the_script_gets_every_form_of_a_language_that_has_more_than_two(): void {
		// As Polish has them: 1; 2 to 4 but not 12 to 14; the rest.
		add_filter( 'ngettext_connector-for-mautic', static fn( $text, $one, $many, $count ) => ( 1 === $count ? 'a' : ( in_array( $count % 10, array( 2, 3, 4 ), true ) && ! in_array( $count % 100, array( 12, 13, 14 ), true ) ? 'b' : 'c' ) ) . " $many", 10, 4 );
		$data = Moment::for_script();
		$this->assertSame( array( 'in %d seconds', '%d days ago' ), array( substr( $data['units'][0]['future']['forms'][0], 2 ), substr( $data['units'][3]['past']['forms'][0], 2 ) ) );
		foreach ( $data['units'] as $unit ) {
			foreach ( array( 'future' => 1, 'past' => -1 ) as $name => $sign ) {
				$this->assertCount( 3, $unit[ $name ]['forms'] );
				for ( $count = $unit['size'] > 86400 ? 2 : 1; $count < $unit['limit']; ++$count ) {
					$this->assertSame( sprintf( $unit[ $name ]['forms'][ $unit[ $name ]['form'][ $count ] ], $count ), Moment::distance( 1800000000 + $sign * $count * $unit['size'], 1800000000 ) );
				}
			}
		}
		$this->assertLessThan( 4000, strlen( wp_json_encode( $data ) ) );
	}

	public function test_as_html_it_is_exact_for_machines_and_escaped_for_people(): void {
		update_option( 'timezone_string', 'Asia/Kathmandu' );
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
		add_filter( 'wp_date', static fn( $date ) => "<b>$date" );
		$at = gmmktime( 12, 0, 0, 11, 22, 2026 );
		$this->assertSame( '<time datetime="2026-11-22T12:00:00+00:00">&lt;b&gt;2026-11-22 17:45</time>', Moment::exact_html( $at ) );
		$this->assertMatchesRegularExpression( '~\A<time class="cfm-clock" datetime="2026-11-22T12:00:00\+00:00">[^<]+</time>\z~', Moment::ticking_html( $at ) );
	}
}
