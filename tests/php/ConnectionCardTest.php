<?php
/**
 * The card in every status.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Connection_Card;
use Connector_For_Mautic\History_Days;
use Connector_For_Mautic\Log;

final class ConnectionCardTest extends Plugin_Case {

	private int $now;

	protected function setUp(): void {
		parent::setUp();
		delete_option( 'connector_for_mautic_history' );
		update_option( 'timezone_string', 'Asia/Kathmandu' );
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
		$this->now = time();
	}

	/** @dataProvider statuses */
	public function test_each_status_has_its_word_and_a_sign_of_its_own_shape( string $status, string $method, string $word ): void {
		$page = $this->card( array( 'status' => $status, 'auth_method' => $method ) );
		$this->assertSame( $word, $page->evaluate( 'string(//dd[preceding-sibling::dt = "Connection status"])' ) );
		$this->assertSame( array( 'Connection status', 'Account e-mail', 'Token renewal', 'Reconnect by', 'Mautic server', 'Last good answer' ), array_map( static fn( $term ) => $term->textContent, iterator_to_array( $page->query( '//dl//dt' ) ) ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//@*[starts-with(name(), "on") or name() = "style"] | //style | //script)' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//dd[normalize-space() = ""])' ) );
		$ids = array_map( static fn( $id ) => $id->value, iterator_to_array( $page->query( '//@id' ) ) );
		$this->assertSame( array_unique( $ids ), $ids );
		static $signs = array();
		$sign             = implode( '', array_map( static fn( $shape ) => $shape->ownerDocument->saveXML( $shape ), iterator_to_array( $page->query( '//*[@aria-hidden = "true"][@class = "cfm-sign"]/*' ) ) ) );
		$signs[ $status ] = $sign;
		$this->assertNotSame( '', $sign );
		$this->assertSame( $signs, array_unique( $signs ) );
	}

	public function statuses(): array {
		return array(
			array( 'not_configured', 'authorization_code', 'Not configured' ),
			array( 'ready', 'authorization_code', 'Ready to authorize' ),
			array( 'ready', 'client_credentials', 'Ready' ),
			array( 'ready', 'basic', 'Ready' ),
			array( 'pending', 'authorization_code', 'Waiting for Mautic' ),
			array( 'connected', 'authorization_code', 'Connected' ),
			array( 'connected', 'client_credentials', 'Connected' ),
			array( 'connected', 'basic', 'Connected' ),
			array( 'attention', 'authorization_code', 'Needs attention' ),
			array( 'attention', 'basic', 'Needs attention' ),
			array( 'needs_authorization', 'authorization_code', 'Needs authorization' ),
		);
	}

	public function test_a_connection_says_who_where_and_when_in_words_and_exactly(): void {
		$now = $this->now;
		$this->assertSame(
			array(
				'Connection status' => 'Connected',
				'Account e-mail'    => 'ada@example.test Ada, role Marketing',
				'Token renewal'     => $this->exact( $now + 3120 ) . ' in 52 minutes with the first request; at the latest in 11 hours, on ' . $this->exact( $now + 39600 ),
				'Reconnect by'      => $this->exact( $now + 14 * 86400 ) . ' in 14 days; each renewal moves it on',
				'Mautic server'     => 'https://mautic.example.test Mautic 7.0.1',
				'Last good answer'  => $this->exact( $now - 1200 ) . ' 20 minutes ago; noted at most once an hour',
			),
			$this->facts( $this->connected() )
		);
		$page = $this->card( $this->connected() );
		foreach ( $page->query( '//time' ) as $time ) {
			$this->assertNotFalse( DateTimeImmutable::createFromFormat( DATE_ATOM, $time->getAttribute( 'datetime' ) ) );
		}
		foreach ( array( 3120, 39600, 14 * 86400, -1200 ) as $distance ) {
			$this->assertGreaterThan( 0, $page->query( '//dd//time[@class = "cfm-clock"][@datetime = "' . gmdate( 'c', $now + $distance ) . '"]' )->length );
			$this->assertGreaterThan( 0, $page->query( '//dd//time[not(@class)][@datetime = "' . gmdate( 'c', $now + $distance ) . '"]' )->length );
		}
	}

	/** What stands in the page hidden for the script to show is what the server would print then. */
	public function test_what_comes_after_is_in_the_page_already(): void {
		$page  = $this->card( $this->connected() );
		$later = fn( string $term ) => trim( preg_replace( '/\s+/', ' ', $page->evaluate( "string(//dd[preceding-sibling::dt = '$term']/div[@hidden][@data-from = ../div/@data-until])" ) ) );
		$this->assertSame( 'With the next request at the latest in 11 hours, on ' . $this->exact( $this->now + 39600 ), $later( 'Token renewal' ) );
		$this->assertSame( $later( 'Token renewal' ), $this->facts( array( 'renew_at' => $this->now - 1 ) + $this->connected() )['Token renewal'] );
		$over = $this->exact( $this->now + 14 * 86400 );
		$this->assertSame( "$over in 14 days: Mautic may refuse the next renewal. If it does, press Authorize.", $later( 'Reconnect by' ) );
		$this->assertSame( $this->exact( $this->now - 7200 ) . ' 2 hours ago: Mautic may refuse the next renewal. If it does, press Authorize.', $this->facts( array( 'reconnect_by' => $this->now - 7200 ) + $this->connected() )['Reconnect by'] );
		$this->assertSame( 1.0, $page->evaluate( 'count(//*[@id = "cfm-clock-said"][@aria-live = "polite"][. = ""])' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//*[@aria-live]//time)' ), 'nothing that ticks is read aloud' );
	}

	public function test_a_renewal_that_is_overdue_in_the_background_names_no_time_that_has_passed(): void {
		$this->assertSame( 'With the next request', $this->facts( array( 'renew_at' => $this->now - 90000, 'background_renew_at' => $this->now - 600 ) + $this->connected() )['Token renewal'] );
	}

	public function test_where_nobody_authorizes_nothing_runs_out(): void {
		$facts = $this->facts( array( 'auth_method' => 'client_credentials', 'account_email' => null, 'account_name' => null, 'background_renew_at' => null, 'reconnect_by' => null ) + $this->connected() );
		$this->assertSame( array( 'none role Marketing', $this->exact( $this->now + 3120 ) . ' in 52 minutes', 'not needed the site gets new tokens by itself' ), array( $facts['Account e-mail'], $facts['Token renewal'], $facts['Reconnect by'] ) );
		$facts = $this->facts( array( 'auth_method' => 'basic', 'renew_at' => null, 'background_renew_at' => null, 'reconnect_by' => null ) + $this->connected() );
		$this->assertSame( array( 'not needed every call brings the password', 'not needed the password counts until it is changed in Mautic' ), array( $facts['Token renewal'], $facts['Reconnect by'] ) );
	}

	public function test_of_a_lost_grant_no_time_is_promised(): void {
		$facts = $this->facts( array( 'status' => 'needs_authorization' ) + $this->connected() );
		$this->assertSame( array( 'Stopped until you authorize again', 'Now' ), array( $facts['Token renewal'], $facts['Reconnect by'] ) );
	}

	public function test_what_mautic_says_is_escaped(): void {
		$page = $this->card( array( 'account_email' => '<b>a</b>', 'account_name' => '<i>"', 'account_role' => '<u>&', 'mautic_version' => '<s>', 'base_url' => '<a>' ) + $this->connected() );
		$this->assertSame( 0.0, $page->evaluate( 'count(//b | //i | //u | //s | //a)' ) );
		$this->assertStringContainsString( '<i>", role <u>&', $page->evaluate( 'string(//dl)' ) );
	}

	public function test_a_newcomer_sees_the_status_and_the_way_on_alone(): void {
		$page = $this->card( array( 'status' => 'not_configured' ), array( 'authorize' => false, 'test' => false, 'disconnect' => false, 'reset' => true ) );
		$this->assertSame( array( 'Connection status' ), array_map( static fn( $term ) => $term->textContent, iterator_to_array( $page->query( '//dl/div[not(@hidden)]/dt' ) ) ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//button[not(ancestor::*[@hidden])])' ) );
		$this->assertStringContainsString( 'Follow the guide', $page->evaluate( 'string(//section)' ) );
		$page = $this->card( array( 'status' => 'not_configured', 'base_url' => 'https://mautic.example.test' ), array( 'authorize' => false, 'test' => true ) );
		$this->assertSame( 2.0, $page->evaluate( 'count(//dl/div[not(@hidden)])' ) );
		$this->assertSame( 2.0, $page->evaluate( 'count(//button[not(ancestor::*[@hidden])])' ) );
	}

	public function test_of_a_connection_that_cannot_be_read_nothing_is_said_to_be_well(): void {
		Log::append( array( array( 'type' => 'notify', 'code' => 'connected' ) ), $this->now - 86400 );
		$page = $this->card( array( 'status' => 'attention' ), array(), array( 'error' => array( 'code' => 'connection.key_changed' ) ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//*[starts-with(@id, "cfm-timeline")])' ) );
	}

	public function test_the_last_30_days_are_the_connections(): void {
		Log::append( array( array( 'type' => 'notify', 'code' => 'connected' ) ), $this->now - 40 * 86400 );
		Log::append( array( array( 'type' => 'notify', 'code' => 'refreshed' ) ), $this->now - 86400 );
		$page = $this->card( $this->connected() );
		$this->assertStringContainsString( 'Connected since ' . $this->exact( $this->now - 40 * 86400 ) . ', 40 days ago. The connection was never lost.', $page->evaluate( 'string(//*[@id = "cfm-timeline-told"])' ) );
		$this->assertSame( (float) History_Days::COUNT, $page->evaluate( 'count(//svg[@role = "img"]/g)' ) );
		$page = $this->card( array( 'status' => 'ready' ) );
		$this->assertStringNotContainsString( 'Connected since', $page->evaluate( 'string(//*[@id = "cfm-timeline-told"])' ) );
	}

	public function test_a_database_that_does_not_give_them_is_said_and_the_rest_is_there(): void {
		global $wpdb;
		add_filter(
			'query',
			static function ( $query ) use ( $wpdb ) {
				if ( ! str_contains( $query, 'connector_for_mautic_history' ) ) {
					return $query;
				}
				$wpdb->last_error = 'gone away';
				return '';
			}
		);
		$page             = $this->card( $this->connected() );
		$wpdb->last_error = '';
		$this->assertStringContainsString( 'does not give the history', $page->evaluate( 'string(//section)' ) );
		$this->assertGreaterThan( 0, $page->query( '//button' )->length );
	}

	private function connected(): array {
		return array(
			'status'              => 'connected',
			'auth_method'         => 'authorization_code',
			'base_url'            => 'https://mautic.example.test',
			'mautic_version'      => '7.0.1',
			'account_email'       => 'ada@example.test',
			'account_name'        => 'Ada',
			'account_role'        => 'Marketing',
			'renew_at'            => $this->now + 3120,
			'background_renew_at' => $this->now + 39600,
			'reconnect_by'        => $this->now + 14 * 86400,
			'last_success_at'     => $this->now - 1200,
			'last_error'          => null,
		);
	}

	private function card( array $status, array $actions = array( 'authorize' => true, 'test' => true ), array $view = array() ): DOMXPath {
		$view += array(
			'status'  => $status,
			'actions' => array_map( static fn( $name, $enabled ) => compact( 'name', 'enabled' ), array_keys( $actions ), $actions ),
		);
		ob_start();
		( new Connection_Card( $view ) )->render();
		return $this->dom( ob_get_clean() );
	}

	/** What is seen of each fact, without what is hidden. */
	private function facts( array $status ): array {
		$page  = $this->card( $status );
		$facts = array();
		foreach ( $page->query( '//dl/div' ) as $fact ) {
			$shown = $page->query( './dd//text()[not(ancestor::*[@hidden])]', $fact );
			$facts[ $page->evaluate( 'string(./dt)', $fact ) ] = trim( preg_replace( '/\s+/', ' ', implode( '', array_map( static fn( $text ) => $text->textContent, iterator_to_array( $shown ) ) ) ) );
		}
		return $facts;
	}

	private function exact( int $at ): string {
		return ( new DateTimeImmutable( "@$at" ) )->setTimezone( new DateTimeZone( 'Asia/Kathmandu' ) )->format( 'Y-m-d H:i' );
	}
}
