<?php
/**
 * The history day by day, in the site's time zone.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\History;
use Connector_For_Mautic\History_Days;

final class HistoryDaysTest extends Plugin_Case {

	/** @dataProvider zones */
	public function test_a_day_is_one_of_the_sites_time_zone_also_when_clocks_change( string $zone, string $now, string $first, array $hours ): void {
		update_option( 'timezone_string', $zone );
		$now  = $this->moment( $now );
		$days = ( new History_Days( array( $this->event( 'c', $now - 60 * 86400 ) ), $now, true ) )->days;
		$this->assertCount( 30, $days );
		$this->assertSame( $first, wp_date( 'Y-m-d H:i', $days[0]['start'] ) );
		$this->assertSame( History_Days::start( $now ), $days[0]['start'] );
		$seen = array();
		foreach ( $days as $number => $day ) {
			if ( $number > 0 ) {
				$this->assertSame( $days[ $number - 1 ]['end'], $day['start'] );
			}
			$this->assertSame( wp_date( 'Y-m-d', $day['start'] ), wp_date( 'Y-m-d', $day['end'] - 1 ) );
			$this->assertNotSame( wp_date( 'Y-m-d', $day['start'] ), wp_date( 'Y-m-d', $day['start'] - 1 ) );
			$length = ( $day['end'] - $day['start'] ) / 3600;
			if ( 24 !== $length ) {
				$seen[ wp_date( 'm-d', $day['start'] ) ] = $length;
			}
			if ( 29 > $number ) {
				$this->assertSame( $day['end'] - $day['start'], $day['up'] );
			}
		}
		$this->assertSame( $hours, $seen );
		$this->assertSame( $now - $days[29]['start'], $days[29]['up'] );
		$this->assertGreaterThan( $now, $days[29]['end'] );
	}

	public function zones(): array {
		return array(
			'UTC'                       => array( 'UTC', '2026-11-22 12:00', '2026-10-24 00:00', array() ),
			'a day of 25 hours'         => array( 'America/New_York', '2026-11-22 12:00', '2026-10-24 00:00', array( '11-01' => 25 ) ),
			'a day of 23 hours'         => array( 'Europe/Berlin', '2026-04-10 00:00', '2026-03-12 00:00', array( '03-29' => 23 ) ),
			'a day without midnight'    => array( 'Asia/Beirut', '2026-04-26 23:59', '2026-03-28 00:00', array( '03-29' => 23 ) ),
			'a quarter of an hour'      => array( 'Asia/Kathmandu', '2026-11-22 00:10', '2026-10-24 00:00', array() ),
			'half an hour forward'      => array( 'Australia/Lord_Howe', '2026-10-20 12:00', '2026-09-21 00:00', array( '10-04' => 23.5 ) ),
		);
	}

	public function test_an_offset_without_a_name_is_a_time_zone_too(): void {
		update_option( 'timezone_string', '' );
		update_option( 'gmt_offset', '-3.5' );
		$now = gmmktime( 3, 0, 0, 11, 22, 2026 );
		$this->assertSame( '2026-10-23 00:00', wp_date( 'Y-m-d H:i', History_Days::start( $now ) ) );
	}

	public function test_the_first_second_of_the_30_days_is_in_and_the_one_before_is_not(): void {
		update_option( 'timezone_string', 'America/New_York' );
		$now   = $this->moment( '2026-11-22 12:00' );
		$start = History_Days::start( $now );
		foreach ( array( -1 => 0, 0 => 1 ) as $second => $expected ) {
			$history = new History_Days( array( $this->event( 't', $start + $second ), $this->event( 'f', $start + $second ) ), $now, true );
			$this->assertSame( array( $expected, $expected ), array( $history->days[0]['renewals'], $history->days[0]['failures'] ) );
			$this->assertSame( $expected, $history->sum( 'renewals' ) );
		}
		$history = new History_Days( array( $this->event( 't', $history->days[1]['start'] ) ), $now, true );
		$this->assertSame( array( 0, 1 ), array( $history->days[0]['renewals'], $history->days[1]['renewals'] ) );
	}

	public function test_a_loss_over_midnight_counts_to_both_days(): void {
		$now     = $this->moment( '2026-11-22 12:00' );
		$history = new History_Days(
			array(
				$this->event( 'c', $this->moment( '2026-11-19 06:00' ) ),
				$this->event( 'l', $this->moment( '2026-11-20 21:00' ) ),
				$this->event( 'f', $this->moment( '2026-11-20 22:00' ) ),
				$this->event( 't', $this->moment( '2026-11-21 01:00' ) ),
				$this->event( 'r', $this->moment( '2026-11-21 02:00' ) ),
			),
			$now,
			true
		);
		$hours = static fn( $day ) => array( $day['up'] / 3600, $day['down'] / 3600, $day['off'] / 3600 );
		$this->assertSame( array( array( 0, 0, 0 ), array( 18, 0, 0 ), array( 21, 3, 0 ), array( 22, 2, 0 ), array( 12, 0, 0 ) ), array_map( $hours, array_slice( $history->days, -5 ) ) );
		$this->assertSame( array( array( 'from' => $this->moment( '2026-11-20 21:00' ), 'to' => $this->moment( '2026-11-21 02:00' ) ) ), $history->losses );
		$this->assertSame( $this->moment( '2026-11-19 06:00' ), $history->connected_since );
	}

	public function test_what_was_before_the_30_days_goes_on_in_them(): void {
		$now     = $this->moment( '2026-11-22 12:00' );
		$start   = History_Days::start( $now );
		$history = new History_Days( array( $this->event( 'c', $start - 90 * 86400 ), $this->event( 'l', $start - 3600 ), $this->event( 'r', $start + 3600 ) ), $now, true );
		$this->assertSame( array( 3600, 23 * 3600 ), array( $history->days[0]['down'], $history->days[0]['up'] ) );
		$this->assertCount( 1, $history->losses );
		$this->assertSame( $start - 90 * 86400, $history->connected_since );
		$history = new History_Days( array( $this->event( 'c', $start - 90 * 86400 ), $this->event( 'l', $start - 3600 ), $this->event( 'r', $start - 1800 ) ), $now, true );
		$this->assertSame( array(), $history->losses, 'over before' );
		$history = new History_Days( array( $this->event( 'c', $start - 90 * 86400 ), $this->event( 'l', $start - 3600 ) ), $now, true );
		$this->assertSame( array( array( 'from' => $start - 3600, 'to' => null ) ), $history->losses );
		$this->assertSame( $now - $start, $history->sum( 'down' ) );
	}

	public function test_a_record_that_begins_later_says_nothing_of_before(): void {
		$now = $this->moment( '2026-11-22 12:00' );
		foreach ( array( 't' => 'up', 'r' => 'up', 'l' => 'down', 'd' => 'off' ) as $kind => $state ) {
			$history = new History_Days( array( $this->event( $kind, $now - 3600 ) ), $now, 'd' !== $kind );
			$this->assertSame( array( 3600, 3600 ), array( $history->sum( 'up' ) + $history->sum( 'down' ) + $history->sum( 'off' ), $history->sum( $state ) ) );
			$this->assertNull( $history->connected_since );
			$this->assertSame( $now - 3600, $history->unknown_before );
			$this->assertFalse( $history->is_empty );
		}
		$history = new History_Days( array(), $now, true );
		$this->assertTrue( $history->is_empty );
		$this->assertNull( $history->unknown_before );
		$this->assertSame( 0, $history->sum( 'up' ) );
	}

	public function test_a_connection_that_new_settings_have_ended_is_not_drawn_on(): void {
		$now     = $this->moment( '2026-11-22 12:00' );
		$history = new History_Days( array( $this->event( 'c', $now - 7200 ), $this->event( 't', $now - 3600 ) ), $now, false );
		$this->assertSame( array( 3600, 3600, null ), array( $history->sum( 'up' ), $history->sum( 'off' ), $history->connected_since ) );
		$history = new History_Days( array( $this->event( 'l', $now - 7200 ), $this->event( 'f', $now - 3600 ) ), $now, false );
		$this->assertSame( $now - 3600, $history->losses[0]['to'] );
	}

	private function event( string $kind, int $at ): array {
		$this->assertContains( $kind, array( History::CONNECTED, History::DISCONNECTED, History::LOST, History::RECOVERED, History::RENEWED, History::FAILED ) );
		return compact( 'at', 'kind' );
	}

	/** Unix seconds of a time in the site's time zone. */
	private function moment( string $time ): int {
		return ( new DateTimeImmutable( $time, wp_timezone() ) )->getTimestamp();
	}
}
