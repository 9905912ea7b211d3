<?php
/**
 * Rows that earlier versions of the plugin have stored, and one of a later version: tests/documents/README.md.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class EarlierRowsTest extends Plugin_Case {

	/** The address of the site that the rows are of. */
	private const SITE_URL = 'https://site.example';

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=' . self::KEY );
		add_filter( 'pre_option_siteurl', static fn() => self::SITE_URL );
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', array( self::class, 'answer' ), 10, 3 );
		add_filter( 'pre_wp_mail', '__return_true' );
	}

	protected function tearDown(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		parent::tearDown();
	}

	/** @dataProvider versions */
	public function test_each_row_is_read( string $version ): void {
		$states = self::states( $version );
		$this->assertGreaterThan( 5, count( $states ) );
		foreach ( $states as $state ) {
			$this->put( $state['row'] );
			$this->assertSame( $state['document'], $this->storage()->read(), $state['name'] );
			$result = Runner::of_site()->run( array( 'type' => 'view' ) );
			$this->assertTrue( $result->ok(), $state['name'] );
			$this->assertSame( $state['row'], $this->row( Storage::option_name() ), 'a look writes nothing' );
		}
	}

	/** @dataProvider versions */
	public function test_each_connection_goes_on_and_is_written_by_this_version( string $version ): void {
		$renewed = 0;
		foreach ( self::states( $version ) as $state ) {
			if ( 'connected' !== $state['status'] ) {
				continue;
			}
			$this->put( $state['row'] );
			$this->pass_time( time() - $state['now'] );
			$before = json_decode( $this->storage()->read(), true );
			$this->assertSame( 'connected', Runner::of_site()->run( array( 'type' => 'view' ) )->answer['status']['status'], $state['name'] );
			// Whatever was held back until then.
			$this->pass_time( -3600 );
			$result = Runner::of_site()->run( array( 'type' => 'basic' === $before['settings']['auth_method'] ? 'test' : 'refresh' ) );
			$this->assertTrue( $result->ok(), $state['name'] . ' ' . wp_json_encode( $result->error() ) );
			$this->assertSame( 'connected', $result->answer['status']['status'], $state['name'] );
			$after = json_decode( $this->storage()->read(), true );
			$this->assertSame( array_filter( $before['settings'] ), array_filter( array_intersect_key( $after['settings'], array_filter( $before['settings'] ) ) ), $state['name'] );
			if ( isset( $before['grant']['refresh_token'] ) ) {
				$this->assertSame( array( 'new-access', 'new-refresh' ), array( $after['grant']['access_token'], $after['grant']['refresh_token'] ), $state['name'] );
				++$renewed;
			}
		}
		$this->assertGreaterThan( 0, $renewed );
	}

	/** Those that were released, or landed before the first release. */
	public function versions(): array {
		return array_map( static fn( $version ) => array( $version ), array( '1137af4', '8ce837e', 'a05b668', 'd406acd' ) );
	}

	public function test_no_version_is_left_out(): void {
		$files = array_map( static fn( $file ) => basename( $file, '.json' ), glob( dirname( __DIR__ ) . '/documents/*.json' ) );
		$this->assertSame( $files, array_column( $this->versions(), 0 ) );
	}

	/** @return array<int, array> What a version stored. */
	private static function states( string $version ): array {
		return json_decode( file_get_contents( dirname( __DIR__ ) . "/documents/$version.json" ), true );
	}

	/** @dataProvider later */
	public function test_a_row_of_a_later_version_is_refused_with_a_clear_error_and_left_as_it_is( callable $make ): void {
		wp_set_current_user( 1 );
		$row = $make();
		$this->put( $row );
		foreach ( array( 'view', 'tick', 'refresh', 'test', 'disconnect' ) as $event ) {
			$this->assertSame( 'connection.newer_version', Runner::of_site()->run( array( 'type' => $event ) )->error()['code'], $event );
		}
		$this->assertWPErrorCode( 'connector_for_mautic.connection.newer_version', connector_for_mautic_request( 'GET', 'contacts' ) );
		$this->assertStringContainsString( Messages::text( array( 'code' => 'connection.newer_version' ) ), html_entity_decode( wp_strip_all_tags( $this->page() ), ENT_QUOTES ) );
		$this->assertSame( $row, $this->row( Storage::option_name() ) );
	}

	public function later(): array {
		$cipher = new Connector_For_Mautic\Cipher( self::KEY );
		return array(
			'of the document' => array( static fn() => $cipher->encrypt( '{"v":2,"revision":9,"grant":{"tokens":[]}}', 9, '1|1|default' ) ),
			'of the row'      => array( static fn() => 'cfm2:9:' . str_repeat( 'a', 16 ) . ':AAAA' ),
		);
	}

	/** Stores a row as it is. */
	private function put( string $row ): void {
		delete_option( Storage::option_name() );
		add_option( Storage::option_name(), $row, '', false );
	}

	/** What was stored then, stored now. */
	private function pass_time( int $seconds ): void {
		$storage  = $this->storage();
		$document = preg_replace_callback( '/(?<=[:,\[])1[67][0-9]{8}(?=[,}\]])/', static fn( $time ) => (string) ( (int) $time[0] + $seconds ), $storage->read() );
		$this->assertSame( Storage::STORED, $storage->write( $document, json_decode( $document )->revision ) );
	}

	/** @return array What a Mautic answers that takes everything. */
	public static function answer( $response, array $arguments, string $url ): array {
		$body = match ( true ) {
			str_contains( $url, '/oauth/v2/token' ) => array( 'access_token' => 'new-access', 'expires_in' => 3600, 'token_type' => 'bearer', 'refresh_token' => 'new-refresh' ),
			default                                  => array( 'username' => 'admin', 'email' => 'admin@example.test' ),
		};
		return array(
			'response' => array( 'code' => 200, 'message' => '' ),
			'headers'  => array( 'content-type' => 'application/json', 'mautic-version' => '7.0.0' ),
			'body'     => wp_json_encode( $body ),
		);
	}
}
