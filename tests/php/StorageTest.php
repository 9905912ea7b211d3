<?php
/**
 * The encrypted row.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Storage;
use Connector_For_Mautic\Unreadable_Exception;

final class StorageTest extends Plugin_Case {

	private const DOCUMENT = '{"v":1,"revision":7,"settings":{},"client_secret":"s3cret","list":[],"empty":{}}';

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
	}

	public function test_a_document_comes_back_to_the_byte(): void {
		$storage = $this->storage();
		$this->assertNull( $storage->read() );
		$this->assertSame( Storage::STORED, $storage->write( self::DOCUMENT, 7 ) );
		$this->assertSame( self::DOCUMENT, $storage->read() );
		$this->assertSame( self::DOCUMENT, $this->storage()->read() );
	}

	public function test_the_stored_value_has_the_documented_form_and_no_secret(): void {
		$this->storage()->write( self::DOCUMENT, 7 );
		$value = $this->row( Storage::option_name() );
		$this->assertMatchesRegularExpression( '~\Acfm1:7:[0-9a-f]{16}:[A-Za-z0-9+/]+=*\z~', $value );
		$this->assertStringNotContainsString( 's3cret', base64_decode( explode( ':', $value )[3] ) );
	}

	public function test_the_same_document_encrypts_differently_each_time(): void {
		$cipher = new Cipher( self::KEY );
		$this->assertNotSame( $cipher->encrypt( 'x', 1, '1|1|default' ), $cipher->encrypt( 'x', 1, '1|1|default' ) );
	}

	public function test_the_row_is_not_autoloaded(): void {
		$this->storage()->write( self::DOCUMENT, 7 );
		$this->assertArrayNotHasKey( Storage::option_name(), wp_load_alloptions( true ) );
	}

	public function test_a_second_writer_conflicts_and_changes_nothing(): void {
		$first = $this->storage();
		$first->write( self::DOCUMENT, 1 );
		$second = $this->storage();
		$second->read();
		$first->write( '{"revision":2}', 2 );
		$stored = $this->row( Storage::option_name() );
		$this->assertSame( Storage::CONFLICT, $second->write( '{"revision":2,"mine":true}', 2 ) );
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );
		$this->assertSame( '{"revision":2}', $second->read( true ) );
		$this->assertSame( Storage::STORED, $second->write( '{"revision":3}', 3 ) );
	}

	/** @dataProvider beginnings */
	public function test_a_write_that_was_done_though_it_failed_is_known_again( ?string $before ): void {
		global $wpdb;
		$storage = $this->storage();
		$storage->read();
		if ( null !== $before ) {
			$storage->write( $before, 1 );
		}
		// The connection is lost after the database has written, before it says so.
		$answer = static function ( $query ) use ( $wpdb ) {
			if ( ! preg_match( '/^(UPDATE|INSERT)/', $query ) ) {
				return $query;
			}
			remove_all_filters( 'query' );
			$wpdb->query( $query );
			$wpdb->last_error = 'gone away';
			return '';
		};
		add_filter( 'query', $answer );
		$this->assertSame( Storage::FAILED, $storage->write( self::DOCUMENT, 2 ) );
		$wpdb->last_error = '';
		$this->assertSame( self::DOCUMENT, $this->storage()->read() );
		$this->assertSame( Storage::STORED, $storage->write( self::DOCUMENT, 2 ) );
		$this->assertSame( Storage::STORED, $storage->write( '{"revision":3}', 3 ) );
		$this->assertSame( '{"revision":3}', $this->storage()->read() );
	}

	public function beginnings(): array {
		return array(
			'nothing'    => array( null ),
			'a document' => array( '{"revision":1}' ),
		);
	}

	public function test_a_write_that_failed_conflicts_if_another_one_came_first(): void {
		global $wpdb;
		$storage = $this->storage();
		$storage->write( '{"revision":1}', 1 );
		$refuse = static function ( $query ) use ( $wpdb ) {
			$wpdb->last_error = 'gone away';
			return str_starts_with( $query, 'UPDATE' ) ? '' : $query;
		};
		add_filter( 'query', $refuse );
		$this->assertSame( Storage::FAILED, $storage->write( self::DOCUMENT, 2 ) );
		remove_filter( 'query', $refuse );
		$wpdb->last_error = '';
		$other            = $this->storage();
		$other->read();
		$other->write( '{"revision":2}', 2 );
		$this->assertSame( Storage::CONFLICT, $storage->write( self::DOCUMENT, 2 ) );
		$this->assertSame( '{"revision":2}', $this->storage()->read() );
	}

	public function test_two_first_writers_conflict(): void {
		$first  = $this->storage();
		$second = $this->storage();
		$first->read();
		$second->read();
		$this->assertSame( Storage::STORED, $first->write( '{"revision":1}', 1 ) );
		$this->assertSame( Storage::CONFLICT, $second->write( '{"revision":1,"mine":true}', 1 ) );
		$this->assertSame( '{"revision":1}', $this->storage()->read() );
	}

	public function test_a_row_that_was_deleted_meanwhile_conflicts(): void {
		$storage = $this->storage();
		$storage->write( '{"revision":1}', 1 );
		delete_option( Storage::option_name() );
		$this->assertSame( Storage::CONFLICT, $storage->write( '{"revision":2}', 2 ) );
		$this->assertNull( $storage->read( true ) );
	}

	public function test_a_value_that_differs_in_case_only_conflicts(): void {
		$storage = $this->storage();
		$storage->write( self::DOCUMENT, 1 );
		$value = $this->row( Storage::option_name() );
		$this->set_row( Storage::option_name(), strtoupper( $value ) === $value ? strtolower( $value ) : strtoupper( $value ) );
		$this->assertSame( Storage::CONFLICT, $storage->write( self::DOCUMENT, 2 ) );
	}

	public function test_the_database_is_asked_once(): void {
		global $wpdb;
		$storage = $this->storage();
		$storage->write( self::DOCUMENT, 1 );
		$storage = $this->storage();
		$before  = $wpdb->num_queries;
		$storage->read();
		$storage->read();
		$this->assertSame( 1, $wpdb->num_queries - $before );
	}

	public function test_the_options_api_sees_a_write_at_once(): void {
		$this->assertFalse( get_option( Storage::option_name() ) );
		$storage = $this->storage();
		$storage->write( self::DOCUMENT, 1 );
		$first = get_option( Storage::option_name() );
		$this->assertSame( $this->row( Storage::option_name() ), $first );
		$storage->write( self::DOCUMENT, 2 );
		$this->assertNotSame( $first, get_option( Storage::option_name() ) );
	}

	public function test_another_key_is_named_and_nothing_is_overwritten_unread(): void {
		$this->storage()->write( self::DOCUMENT, 1 );
		$this->assert_unreadable( 'key_changed', $this->storage( 'another key, which is long enough as well' ) );
	}

	public function test_no_key_is_named_before_anything_is_stored(): void {
		$this->assert_unreadable( 'key_missing', new Storage( null ) );
		$this->assertSame( Storage::FAILED, ( new Storage( null ) )->write( self::DOCUMENT, 1 ) );
		$this->assertNull( $this->row( Storage::option_name() ) );
	}

	/** @dataProvider damages */
	public function test_damage_is_named( callable $damage, string $why ): void {
		$this->storage()->write( self::DOCUMENT, 1 );
		$this->set_row( Storage::option_name(), $damage( $this->row( Storage::option_name() ) ) );
		$this->assert_unreadable( $why, $this->storage() );
	}

	public function damages(): array {
		$flip = static function ( string $value ): string {
			$parts    = explode( ':', $value );
			$bytes    = base64_decode( $parts[3] );
			$bytes    = substr( $bytes, 0, -1 ) . ( substr( $bytes, -1 ) ^ "\x01" );
			$parts[3] = base64_encode( $bytes );
			return implode( ':', $parts );
		};
		return array(
			'one bit'          => array( $flip, 'damaged' ),
			'cut off'          => array( static fn( $value ) => substr( $value, 0, 40 ), 'damaged' ),
			'empty'            => array( static fn() => '', 'damaged' ),
			'not ours'         => array( static fn() => 'a:1:{i:0;s:1:"x";}', 'damaged' ),
			'not base64'       => array( static fn( $value ) => $value . '*', 'damaged' ),
			'no ciphertext'    => array( static fn( $value ) => preg_replace( '/[^:]+\z/', '', $value ), 'damaged' ),
			'a later format'   => array( static fn( $value ) => preg_replace( '/\Acfm1/', 'cfm2', $value ), 'newer_version' ),
			'an unknown later' => array( static fn() => 'cfm9:1:whatever:comes', 'newer_version' ),
			'plaintext no JSON' => array( static fn() => ( new Cipher( self::KEY ) )->encrypt( 'no JSON', 1, '1|1|default' ), 'damaged' ),
		);
	}

	public function test_a_row_of_another_site_is_named(): void {
		$this->storage()->write( self::DOCUMENT, 1 );
		$this->set_row( Storage::option_name(), ( new Cipher( self::KEY ) )->encrypt( self::DOCUMENT, 1, '1|7|default' ) );
		$this->assert_unreadable( 'other_site', $this->storage() );
	}

	public function test_an_unreadable_row_can_be_replaced_on_purpose(): void {
		$this->storage()->write( self::DOCUMENT, 1 );
		$storage = $this->storage( 'another key, which is long enough as well' );
		$this->assert_unreadable( 'key_changed', $storage );
		$this->assertSame( Storage::STORED, $storage->write( '{"revision":1}', 1 ) );
		$this->assertSame( '{"revision":1}', $storage->read( true ) );
	}

	public function test_the_sites_own_key_comes_from_wp_config_and_works(): void {
		$storage = new Storage( Cipher::of_site() );
		$storage->write( self::DOCUMENT, 1 );
		$this->assertSame( self::DOCUMENT, ( new Storage( Cipher::of_site() ) )->read() );
	}

	public function test_a_key_of_its_own_goes_first_and_a_weak_one_is_none(): void {
		$of_wp_config = $this->fingerprint( Cipher::of_site() );
		try {
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::KEY );
			$this->assertSame( $this->fingerprint( new Cipher( self::KEY ) ), $this->fingerprint( Cipher::of_site() ) );
			$this->assertNotSame( $of_wp_config, $this->fingerprint( Cipher::of_site() ) );
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY=short' );
			$this->assertNull( Cipher::of_site() );
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		}
	}

	private function fingerprint( Cipher $cipher ): string {
		return explode( ':', $cipher->encrypt( 'x', 1, 'p' ) )[2];
	}

	private function assert_unreadable( string $why, Storage $storage ): void {
		try {
			$storage->read();
			$this->fail( 'It was read.' );
		} catch ( Unreadable_Exception $exception ) {
			$this->assertSame( $why, $exception->getMessage() );
		}
	}
}
