<?php
/**
 * `wp mautic rotate-key --network`: every site under the new key, and each that cannot be is named.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Storage;

final class RotateKeyTest extends Network_Case {

	private const NEW_KEY = 'the new key of the tests, long enough too';

	/** What is stored is for other processes: no transaction. */
	protected function setUp(): void {
		parent::setUp();
		$this->outside();
	}

	protected function tearDown(): void {
		global $wpdb;
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		$this->outside();
		foreach ( array( 1, ...array_map( array( $this, 'site' ), self::SITES ) ) as $site ) {
			$wpdb->query( "DELETE FROM {$wpdb->get_blog_prefix( $site )}options WHERE option_name LIKE 'connector\\_for\\_mautic\\_%' AND option_name <> 'connector_for_mautic_self_test'" );
		}
		wp_cache_flush();
		parent::tearDown();
	}

	public function test_every_site_is_encrypted_anew_and_counted(): void {
		list( $one, $two, $three ) = array_map( array( $this, 'site' ), self::SITES );
		$this->store( $one, self::KEY );
		$this->store( $two, self::KEY );
		$this->store( $three, self::NEW_KEY );
		list( $status, $output ) = $this->rotate( self::KEY );
		$this->assertSame( array( 0, '{"rotated":2,"unchanged":1,"nothing_stored":1,"failed":[]}' ), array( $status, $output ) );
		foreach ( array( $one, $two, $three ) as $site ) {
			$this->assertSame( "{\"v\":1,\"revision\":3,\"site\":$site}", $this->on( $site, fn() => $this->storage( self::NEW_KEY )->read() ) );
		}
		$this->assertSame( array( 0, '{"rotated":0,"unchanged":3,"nothing_stored":1,"failed":[]}' ), $this->rotate( self::KEY ), 'again does no harm' );
	}

	public function test_a_site_that_cannot_be_is_named_and_keeps_no_other_from_it(): void {
		list( $one, $two, $three ) = array_map( array( $this, 'site' ), self::SITES );
		$this->store( $one, 'a third key of the tests, which nobody told' );
		$this->store( $two, self::KEY );
		$this->on( $two, fn() => $this->set_row( Storage::option_name(), substr( $this->row( Storage::option_name() ), 0, -8 ) ) );
		$this->store( $three, self::KEY );
		list( $status, $output ) = $this->rotate( self::KEY );
		$this->assertSame( 1, $status );
		$this->assertSame( "{\"rotated\":1,\"unchanged\":0,\"nothing_stored\":1,\"failed\":[{\"site\":$one,\"code\":\"rotate_key.unknown_key\"},{\"site\":$two,\"code\":\"connection.damaged\"}]}", $output );
		$this->assertNull( $this->on( $one, fn() => $this->row( Lock::OPTION_PREFIX . 'refresh' ) ) );
		list( $status, $output ) = $this->rotate( self::KEY, 'table' );
		$this->assertSame( 1, $status );
		$this->assertStringContainsString( "Site $one: rotate_key.unknown_key: What is stored was encrypted under another key", $output );
		$this->assertStringContainsString( 'Encrypted anew on 0 under the key of CONNECTOR_FOR_MAUTIC_KEY. Already so on 1; nothing stored on 1.', $output );
	}

	/** The process dies right after it has written one of the sites, as `kill -9` does it: stay/fixtures/mu/kill.php. */
	public function test_killed_between_two_sites_each_opens_under_one_of_the_keys_and_again_finishes_it(): void {
		$sites = array_map( array( $this, 'site' ), self::SITES );
		$all   = $this->rotate_listed( $sites, null );
		$done  = array_keys( $all, 'UPDATE connector_for_mautic_connection_default', true );
		$this->assertCount( 3, $done );
		foreach ( $done as $number => $effect ) {
			$this->assertSame( array_slice( $all, 0, $effect + 1 ), $this->rotate_listed( $sites, $effect + 1 ) );
			foreach ( $sites as $index => $site ) {
				$key = $index <= $number ? self::NEW_KEY : self::KEY;
				$this->assertSame( "{\"v\":1,\"revision\":3,\"site\":$site}", $this->on( $site, fn() => $this->storage( $key )->read() ) );
				$this->on( $site, fn() => $this->set_row( Lock::OPTION_PREFIX . 'refresh', 'of-the-dead:1' ) );
			}
			$expected = array( 'rotated' => 2 - $number, 'unchanged' => 1 + $number, 'nothing_stored' => 1, 'failed' => array() );
			$this->assertSame( array( 0, wp_json_encode( $expected ) ), $this->rotate( self::KEY ) );
		}
	}

	/**
	 * Rotates three sites' keys anew.
	 *
	 * @param int[]    $sites   Ids.
	 * @param int|null $kill_at Before which effect the process dies.
	 * @return string[] The effects of the process.
	 */
	private function rotate_listed( array $sites, ?int $kill_at ): array {
		foreach ( $sites as $site ) {
			$this->on( $site, static fn() => delete_option( Storage::option_name() ) );
			$this->store( $site, self::KEY );
		}
		$listed = get_temp_dir() . uniqid( 'effects-' );
		touch( $listed );
		putenv( "STAY_EFFECTS=$listed" );
		putenv( 'STAY_KILL' . ( null === $kill_at ? '' : "=$kill_at" ) );
		$fixture = dirname( __DIR__ ) . '/stay/fixtures/mu/kill.php';
		$this->rotate( self::KEY, 'json', "--exec=WP_CLI::add_hook( 'after_wp_load', static fn() => require '$fixture' );" );
		putenv( 'STAY_EFFECTS' );
		putenv( 'STAY_KILL' );
		$effects = file( $listed, FILE_IGNORE_NEW_LINES );
		unlink( $listed );
		return $effects;
	}

	private function store( int $site, string $key ): void {
		$this->on( $site, fn() => $this->assertSame( Storage::STORED, $this->storage( $key )->write( "{\"v\":1,\"revision\":3,\"site\":$site}", 3 ) ) );
	}

	/** @return array{0: int, 1: string} Exit status and output of the command, told a former key. */
	private function rotate( string $former, string $format = 'json', string ...$options ): array {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::NEW_KEY );
		list( $status, $output ) = $this->php( '-d', 'display_errors=0', getenv( 'WP_CLI' ), '--allow-root', '--no-color', '--path=' . SITE, 'mautic', 'rotate-key', '--network', "--old-key=$former", "--format=$format", ...$options );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		$this->outside();
		wp_cache_flush();
		return array( $status, trim( $output ) );
	}

	/** Ends the test's transaction. */
	private function outside(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
	}
}
