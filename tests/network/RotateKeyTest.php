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

	private function store( int $site, string $key ): void {
		$this->on( $site, fn() => $this->assertSame( Storage::STORED, $this->storage( $key )->write( "{\"v\":1,\"revision\":3,\"site\":$site}", 3 ) ) );
	}

	/** @return array{0: int, 1: string} Exit status and output of the command, told a former key. */
	private function rotate( string $former, string $format = 'json' ): array {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::NEW_KEY );
		list( $status, $output ) = $this->php( '-d', 'display_errors=0', getenv( 'WP_CLI' ), '--allow-root', '--no-color', '--path=' . SITE, 'mautic', 'rotate-key', '--network', "--old-key=$former", "--format=$format" );
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
