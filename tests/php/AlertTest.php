<?php
/**
 * What there is to tell, between two answers of the core.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Alert;
use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;
use Connector_For_Mautic\Transport;

final class AlertTest extends Plugin_Case {

	private const OPTION = 'connector_for_mautic_alert';

	private const ALERT = array(
		'code'   => 'token.invalid_grant',
		'since'  => 5,
		'from'   => 5,
		'button' => 'authorize',
	);

	protected function setUp(): void {
		parent::setUp();
		delete_option( self::OPTION );
		wp_load_alloptions( true );
	}

	public function test_an_alert_is_kept_where_every_page_loads_it_anyway(): void {
		global $wpdb;
		Alert::keep( self::ALERT );
		wp_cache_flush();
		wp_load_alloptions();
		$before = $wpdb->num_queries;
		$this->assertSame( self::kept(), Alert::due() );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	public function test_a_site_with_another_address_asks_again_before_anything_is_due(): void {
		global $wpdb;
		Alert::keep( array_merge( self::ALERT, array( 'from' => time() + 100 ) ) );
		$this->assertFalse( Alert::may_be_due() );
		add_filter( 'option_siteurl', static fn() => 'https://staging.example.test' );
		$before = $wpdb->num_queries;
		$this->assertTrue( Alert::may_be_due() );
		$this->assertSame( $before, $wpdb->num_queries );
		$this->assertNull( Alert::due() );
		// The core has been asked, and has said the same.
		Alert::keep( array_merge( self::ALERT, array( 'from' => time() + 100 ) ) );
		$this->assertFalse( Alert::may_be_due() );
	}

	public function test_another_scheme_or_no_host_is_no_other_address(): void {
		Alert::keep( array_merge( self::ALERT, array( 'from' => time() + 100 ) ) );
		$address = get_option( 'siteurl' );
		$now     = str_replace( 'http://', 'https://', $address );
		add_filter(
			'option_siteurl',
			static function () use ( &$now ) {
				return $now;
			}
		);
		foreach ( array( $now, 'https://', '' ) as $now ) {
			$this->assertFalse( Alert::may_be_due(), $now );
			Alert::keep( array_merge( self::ALERT, array( 'from' => time() + 50 ) ) );
			$this->assertSame( strstr( $address, '//' ), get_option( self::OPTION )['site'], $now );
		}
	}

	public function test_nothing_to_tell_costs_no_query(): void {
		global $wpdb;
		wp_cache_flush();
		wp_load_alloptions();
		$before = $wpdb->num_queries;
		$this->assertNull( Alert::due() );
		Alert::keep( null );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	public function test_it_is_written_only_when_it_has_changed(): void {
		global $wpdb;
		Alert::keep( array( 'from' => 4 ) + self::ALERT );
		Alert::keep( self::ALERT );
		$before = $wpdb->num_queries;
		Alert::keep( self::ALERT );
		$this->assertSame( $before, $wpdb->num_queries );
		Alert::keep( array( 'from' => 6 ) + self::ALERT );
		$this->assertSame( 1, $wpdb->num_queries - $before );
		$this->assertSame( 6, Alert::due()['from'] );
	}

	public function test_it_goes_when_there_is_nothing_to_tell(): void {
		Alert::keep( self::ALERT );
		Alert::keep( null );
		$this->assertNull( Alert::due() );
		$this->assertNull( $this->row( self::OPTION ) );
	}

	public function test_what_is_to_be_told_later_is_not_due(): void {
		Alert::keep( array( 'from' => time() + 100 ) + self::ALERT );
		$this->assertNull( Alert::due() );
		$this->assertNotNull( $this->row( self::OPTION ) );
	}

	public function test_what_is_for_later_is_not_written_again_for_later_still(): void {
		$day = static fn( float $days ) => array( 'from' => time() + (int) ( $days * DAY_IN_SECONDS ) ) + self::ALERT;
		Alert::keep( $day( 3 ) );
		$stored = $this->row( self::OPTION );
		Alert::keep( $day( 4 ) );
		Alert::keep( $day( 2.8 ) );
		$this->assertSame( $stored, $this->row( self::OPTION ) );
		Alert::keep( $day( 2.6 ) );
		$this->assertNotSame( $stored, $this->row( self::OPTION ) );
		Alert::keep( $day( 1 ) );
		$this->assertNotSame( $stored, $this->row( self::OPTION ) );
		// Once it is due, what the core then says counts.
		Alert::keep( self::ALERT );
		$this->assertNotNull( Alert::due() );
		Alert::keep( $day( 4 ) );
		$this->assertNull( Alert::due() );
	}

	public function test_what_began_nobody_knows_when_counts_from_when_it_was_first_seen(): void {
		$unreadable = array(
			'code'   => 'connection.key_changed',
			'from'   => 0,
			'button' => 'settings',
		);
		$before     = time();
		Alert::keep( $unreadable );
		$first = Alert::due();
		$this->assertGreaterThanOrEqual( $before, $first['since'] );
		$first['since'] -= 60;
		update_option( self::OPTION, $first, true );
		$stored = $this->row( self::OPTION );
		Alert::keep( $unreadable );
		$this->assertSame( $stored, $this->row( self::OPTION ) );
		Alert::keep( array( 'code' => 'connection.damaged' ) + $unreadable );
		$this->assertSame( 'connection.damaged', Alert::due()['code'] );
	}

	public function test_a_copy_of_the_options_that_is_older_than_the_database_is_let_go(): void {
		Alert::keep( self::ALERT );
		$stale = wp_cache_get( 'alloptions', 'options' );
		Alert::keep( null );
		wp_cache_set( 'alloptions', $stale, 'options' );
		Alert::keep( null );
		$this->assertNull( Alert::due() );
	}

	/** @dataProvider damages */
	public function test_what_is_no_alert_is_none( $value ): void {
		update_option( self::OPTION, $value, true );
		$this->assertNull( Alert::due() );
		Alert::keep( self::ALERT );
		$this->assertSame( self::kept(), Alert::due() );
	}

	public function damages(): array {
		return array( array( 'nonsense' ), array( array( 'code' => 'x' ) ), array( '' ) );
	}

	public function test_every_answer_about_the_connection_brings_it_up_to_date(): void {
		delete_option( Storage::option_name() );
		$later = array_merge( self::ALERT, array( 'from' => 6 ) );
		$this->answer( array( 'status' => array( 'status' => 'needs_authorization' ), 'alert' => self::ALERT ) );
		$this->assertSame( self::kept(), Alert::due() );
		$this->answer( array( 'status' => array( 'status' => 'needs_authorization' ), 'alert' => $later ) );
		$this->assertSame( self::kept( $later ), Alert::due() );
		// Nothing is known of the connection.
		$this->answer( array( 'error' => array( 'code' => 'message.invalid', 'kind' => 'misuse' ) ) );
		$this->assertSame( self::kept( $later ), Alert::due() );
		$this->answer( array( 'status' => array( 'status' => 'connected' ) ) );
		$this->assertNull( Alert::due() );
	}

	/** As it is kept here. */
	private static function kept( array $alert = self::ALERT ): array {
		return $alert + array( 'site' => strstr( get_option( 'siteurl' ), '//' ) );
	}

	private function answer( array $members ): void {
		$core = new Fake_Core( array( array( 'effects' => array( array( 'type' => 'answer', 'ok' => true ) + $members ) ) ) );
		( new Runner( Closure::fromCallable( $core ), new Storage( new Cipher( self::KEY ) ), new Lock(), new Transport( true ), array() ) )->run( array( 'type' => 'tick' ) );
	}
}
