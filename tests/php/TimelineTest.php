<?php
/**
 * The picture of the last 30 days, and the words beside it.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\History_Days;
use Connector_For_Mautic\Method;
use Connector_For_Mautic\Moment;
use Connector_For_Mautic\Timeline;

final class TimelineTest extends Plugin_Case {

	/** Top and height of each lane of the picture, and the least height of what is not nothing. */
	private const FAILURES   = array( 0, 10 );
	private const CONNECTION = array( 13, 24 );
	private const RENEWALS   = array( 40, 12 );
	private const LEAST      = 3;

	private int $now;

	protected function setUp(): void {
		parent::setUp();
		update_option( 'timezone_string', 'Europe/Berlin' );
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
		$this->now = ( new DateTimeImmutable( '2026-11-22 18:00', wp_timezone() ) )->getTimestamp();
	}

	public function test_the_table_says_what_the_picture_draws(): void {
		$days = $this->month();
		$page = $this->rendered( $days );
		$rows = array_reverse( iterator_to_array( $page->query( '//tbody/tr' ) ) );
		$this->assertCount( 30, $rows );
		$drawn = iterator_to_array( $page->query( '//svg[@role = "img"]/g' ) );
		$this->assertCount( 30, $drawn );
		$kinds = array();
		foreach ( $rows as $number => $row ) {
			list( $date, $connection, $renewals, $failures ) = array_map( static fn( $cell ) => $cell->textContent, iterator_to_array( $page->query( './*', $row ) ) );
			$this->assertSame( wp_date( 'Y-m-d', $days->days[ $number ]['start'] ), $date );
			$height = function ( string $what ) use ( $page, $drawn, $number ) {
				$shapes = $page->query( "./rect[@class = 'cfm-$what']", $drawn[ $number ] );
				return $shapes->length ? (float) $shapes[0]->getAttribute( 'height' ) : 0.0;
			};
			$this->assertEqualsWithDelta( 0 < $renewals ? max( self::LEAST, self::RENEWALS[1] * min( 24, $renewals ) / 24 ) : 0, $height( 'renewal' ), 0.01, $date );
			$this->assertEqualsWithDelta( 0 < $failures ? max( self::LEAST, self::FAILURES[1] * min( 24, $failures ) / 24 ) : 0, $height( 'failure' ), 0.01, $date );
			$this->assertSame( str_contains( $connection, 'connected' ) && 'not connected' !== $connection, $height( 'up' ) > 0, $date );
			$this->assertSame( str_contains( $connection, 'lost' ), $height( 'down' ) > 0, $date );
			$this->assertSame( in_array( $connection, array( 'not connected', 'nothing recorded' ), true ), $height( 'none' ) > 0, $date );
			foreach ( array( 'connected' => 'up', 'lost' => 'down' ) as $word => $what ) {
				if ( "$word all the time" === $connection ) {
					$this->assertEqualsWithDelta( self::CONNECTION[1], $height( $what ), 0.01, $date );
				} elseif ( preg_match( "/(?<!not )$word for (.+?)(,|$)/", $connection, $said ) ) {
					$this->assertSame( Moment::length( $days->days[ $number ][ $what ] ), $said[1] );
					$known = $days->days[ $number ]['up'] + $days->days[ $number ]['down'] + $days->days[ $number ]['off'];
					$this->assertEqualsWithDelta( min( self::CONNECTION[1] - ( 'up' === $what ? $height( 'down' ) : 0 ), max( self::LEAST, self::CONNECTION[1] * $days->days[ $number ][ $what ] / $known ) ), $height( $what ), 0.01, $date );
				}
			}
			$told = $page->evaluate( 'string(./title)', $drawn[ $number ] );
			$this->assertStringStartsWith( "$date\n$connection", $told );
			$this->assertSame( 0 < $renewals, str_contains( $told, "Hours with a renewal: $renewals" ) );
			$this->assertSame( 0 < $failures, str_contains( $told, "Hours with a failure: $failures" ) );
			$kinds[ preg_replace( '/for .*?(?=,|$)/', 'for', $connection ) ] = true;
		}
		$this->assertEqualsCanonicalizing( array( 'nothing recorded', 'connected for', 'connected all the time', 'connected for, lost for', 'lost all the time', 'not connected' ), array_keys( $kinds ) );
	}

	public function test_shapes_lie_in_their_lanes_and_do_not_overlap(): void {
		$page = $this->rendered( $this->month() );
		foreach ( $page->query( '//svg[@role = "img"]/g' ) as $number => $day ) {
			$end = array();
			foreach ( $page->query( './rect[not(@class = "cfm-day")]', $day ) as $shape ) {
				list( $x, $y, $width, $height ) = array_map( static fn( $name ) => (float) $shape->getAttribute( $name ), array( 'x', 'y', 'width', 'height' ) );
				$this->assertGreaterThanOrEqual( $number * 10, $x );
				$this->assertLessThanOrEqual( $number * 10 + 10, $x + $width );
				$this->assertGreaterThan( 0, $height );
				$what                = substr( $shape->getAttribute( 'class' ), 4 );
				list( $top, $all )   = array( 'failure' => self::FAILURES, 'renewal' => self::RENEWALS )[ $what ] ?? self::CONNECTION;
				$this->assertGreaterThanOrEqual( $top - 0.01, $y );
				$this->assertLessThanOrEqual( $top + $all + 0.01, $y + $height );
				$end[ $what ] = array( $y, $y + $height );
			}
			if ( isset( $end['up'], $end['down'] ) ) {
				$this->assertEqualsWithDelta( $end['up'][0], $end['down'][1], 0.02 );
			}
		}
	}

	public function test_it_is_a_picture_with_a_name_and_the_sentences_as_its_description(): void {
		$page = $this->rendered( $this->month() );
		$this->assertSame( 'The last 30 days', $page->evaluate( 'string(//*[@id = //svg[@role = "img"]/@aria-labelledby])' ) );
		$this->assertSame(
			'Connected since 2026-11-20 18:00, 2 days ago. The connection was lost 2 times, for 3 days in all. Failures on 4 days. Renewals on 8 days.',
			$this->told( $page )
		);
		$this->assertSame( 0.0, $page->evaluate( 'count(//svg//text | //style | //script | //@style | //svg[not(@role = "img") and not(ancestor::*[@aria-hidden])])' ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//details[not(@open)]//div[@role = "region"][@tabindex = "0"]/table)' ) );
	}

	public function test_nothing_is_said_kindly(): void {
		$page = $this->rendered( new History_Days( array(), $this->now, false ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//svg | //table)' ) );
		$this->assertStringContainsString( 'Once the site is connected', $page->evaluate( 'string(//p)' ) );
	}

	public function test_a_new_connection_is_seen_at_once(): void {
		$page = $this->rendered( new History_Days( array( $this->event( 'c', '2026-11-22 17:59:30' ) ), $this->now, true ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//svg | //table)' ), 'of one day the sentences say it all' );
		$this->assertSame( 'Connected since 2026-11-22 17:59, 30 seconds ago. The connection was never lost. No failures. No renewals yet.', $this->told( $page ) );
	}

	public function test_a_day_that_began_this_second_is_drawn(): void {
		$page = $this->rendered( new History_Days( array( $this->event( 'c', '2026-11-20 00:00' ), $this->event( 'd', '2026-11-20 12:00' ), $this->event( 'c', '2026-11-22 18:00' ) ), $this->now, true ) );
		$this->assertSame( array( 'connected for 12 hours', 'not connected', 'connected for 1 second' ), array_reverse( array_map( static fn( $cell ) => $cell->textContent, array_slice( iterator_to_array( $page->query( '//tbody/tr/td[1]' ) ), 0, 3 ) ) ) );
		$this->assertSame( (string) self::LEAST, $page->evaluate( 'string((//svg[@role = "img"]/g)[30]/rect[@class = "cfm-up"]/@height)' ) );
	}

	public function test_a_loss_that_goes_on_is_said_first_of_all_and_nothing_else_to_be_well(): void {
		$page = $this->rendered( new History_Days( array( $this->event( 'c', '2026-09-01 00:00' ), $this->event( 'l', '2026-11-22 16:00' ) ), $this->now, true ) );
		$this->assertSame( 'The connection was lost once, for 2 hours. It has been lost since 2026-11-22 16:00, 2 hours ago. No failures. No renewals yet.', $this->told( $page ) );
	}

	public function test_where_no_token_is_there_is_no_word_of_renewals(): void {
		$page = $this->rendered( new History_Days( array( $this->event( 'c', '2026-11-01 00:00' ) ), $this->now, true ), Method::BASIC );
		$this->assertStringNotContainsString( 'enewal', $this->told( $page ) . $page->evaluate( 'string(//ul)' ) );
	}

	public function test_of_a_record_that_begins_late_the_beginning_is_said(): void {
		$page = $this->rendered( new History_Days( array( $this->event( 't', '2026-11-10 10:00' ) ), $this->now, true ) );
		$this->assertStringEndsWith( 'Renewals on 1 day. The record begins on 2026-11-10 10:00.', $this->told( $page ) );
	}

	/** Days of every kind. */
	private function month(): History_Days {
		$events = array( $this->event( 'c', '2026-11-02 12:00' ) );
		for ( $day = 3; $day < 10; ++$day ) {
			for ( $hour = 0; $hour < 4 * ( $day - 3 ); ++$hour ) {
				$events[] = $this->event( 't', sprintf( '2026-11-%02d %02d:30', $day, $hour ) );
			}
		}
		foreach ( array( 'l' => '2026-11-12 12:00', 'r' => '2026-11-15 18:00', 'd' => '2026-11-17 12:00', 'c' => '2026-11-18 12:00' ) as $kind => $at ) {
			$events[] = $this->event( $kind, $at );
			$events[] = $this->event( 'f', $at );
		}
		$events[] = $this->event( 'd', '2026-11-18 18:00' );
		$events[] = $this->event( 'c', '2026-11-20 18:00' );
		$events[] = $this->event( 't', '2026-11-20 19:00' );
		$events[] = $this->event( 't', '2026-11-21 19:00' );
		$events[] = $this->event( 'l', '2026-11-21 10:00:00' );
		$events[] = $this->event( 'r', '2026-11-21 10:00:30' );
		usort( $events, static fn( $one, $other ) => $one['at'] <=> $other['at'] );
		return new History_Days( $events, $this->now, true );
	}

	private function event( string $kind, string $at ): array {
		return array( 'at' => ( new DateTimeImmutable( $at, wp_timezone() ) )->getTimestamp(), 'kind' => $kind );
	}

	private function told( DOMXPath $page ): string {
		return $page->evaluate( 'string(//*[@id = "cfm-timeline-told"])' );
	}

	private function rendered( History_Days $days, Method $method = Method::AUTHORIZATION_CODE ): DOMXPath {
		ob_start();
		( new Timeline( $days, $method, $this->now ) )->render();
		return $this->dom( ob_get_clean() );
	}
}
