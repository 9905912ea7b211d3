<?php
/**
 * Changed salts: whatever happens meanwhile, the connection is what it was once they are back.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class KeyChangedTest extends Connected_Case {

	protected function tearDown(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		parent::tearDown();
	}

	/** @dataProvider work */
	public function test_nothing_is_overwritten_and_nothing_sent( callable $work ): void {
		$this->connect();
		$stored = $this->row( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		$work();
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );
		$this->assertSame( array(), $this->requests );
		$this->assertSame( 'connection.key_changed', connector_for_mautic_status()['last_error']['code'] );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
	}

	public function work(): array {
		$run = static fn( string $type ) => array(
			static function () use ( $type ) {
				$result = Runner::of_site()->run( array( 'type' => $type ) );
				self::assertSame( array( false, 'connection.key_changed' ), array( $result->ok(), $result->error()['code'] ) );
			},
		);
		return array(
			'a tick'                  => array( static fn() => Cron::tick() ),
			'a call of the API'       => array( static fn() => self::assertSame( 'connector_for_mautic.connection.key_changed', connector_for_mautic_request( 'POST', 'contacts/new' )->get_error_code() ) ),
			'saving the settings'     => array(
				static function () {
					$result = Form_Handler::save_values(
						array(
							'base_url'      => 'https://mautic.example.test',
							'client_id'     => '1_abc',
							'client_secret' => 'new',
						)
					);
					self::assertFalse( $result->ok() );
				},
			),
			'Authorize'               => array( static fn() => self::assertNull( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect ) ),
			'the return from Mautic'  => array( static fn() => self::assertFalse( Authorize_Return::handle( 'state=cfm1.' . str_repeat( 'A', 32 ) . '&code=code-2' )->ok() ) ),
			'Refresh token'           => $run( 'refresh' ),
			'Test connection'         => $run( 'test' ),
			'Disconnect'              => $run( 'disconnect' ),
			'This site has moved'     => $run( 'site_moved' ),
			'This is a copy'          => $run( 'site_copied' ),
			'a look'                  => array( static fn() => connector_for_mautic_status() ),
		);
	}

	public function test_a_reset_begins_anew(): void {
		$this->connect();
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'reset' ) )->ok() );
		$this->assertSame( 'not_configured', connector_for_mautic_status()['status'] );
	}
}
