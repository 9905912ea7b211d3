<?php
/**
 * The plugin of docs/examples, in the real site with a stand-in for Mautic.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Storage;

/** @group wp-cli */
final class ExampleTest extends Plugin_Case {

	private const NAME = 'contact-on-registration';

	private Stand_In $mautic;

	protected function setUp(): void {
		parent::setUp();
		$this->mautic = new Stand_In();
		copy( self::source(), SITE . '/wp-content/plugins/' . self::NAME . '.php' );
	}

	protected function tearDown(): void {
		$this->mautic->stop();
		$this->wp_cli( array( 'plugin', 'deactivate', self::NAME ) );
		unlink( SITE . '/wp-content/plugins/' . self::NAME . '.php' );
		$this->for_good(
			static function () {
				foreach ( array( 'ada', 'grace' ) as $login ) {
					$user = get_user_by( 'login', $login );
					$user && wp_delete_user( $user->ID );
				}
				delete_option( Storage::option_name() );
			}
		);
		parent::tearDown();
	}

	public function test_it_has_ten_lines(): void {
		$lines = preg_split( '/\n/', preg_replace( '~^<\?php\n/\*\*.*?\*/\n~s', '', file_get_contents( self::source() ) ) );
		$this->assertCount( 10, array_filter( $lines, 'strlen' ) );
	}

	public function test_who_registers_becomes_a_contact(): void {
		$values = array( 'auth_method' => 'client_credentials', 'base_url' => $this->mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET );
		$this->assertTrue( $this->for_good( fn() => Form_Handler::save_values( $values ) )->ok() );
		$this->assertSame( 0, $this->wp_cli( array( 'plugin', 'activate', self::NAME ) )[0] );
		$this->assertSame( 0, $this->wp_cli( array( 'user', 'create', 'ada', 'ada@example.test', '--first_name=Ada', '--last_name=Lovelace' ) )[0] );

		$contacts = array_values( iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
		$this->assertCount( 1, $contacts );
		$fields = $contacts[0]['fields']['all'];
		$this->assertSame( array( 'ada@example.test', 'Ada', 'Lovelace', 'registered' ), array( $fields['email'], $fields['firstname'], $fields['lastname'], $contacts[0]['tags'][0]['tag'] ) );

		// A Mautic that is away keeps nobody from registering.
		$this->mautic->control( 'POST', 'faults', array( 'path' => '/api/contacts/new', 'kind' => 'respond', 'status' => 503 ) );
		$log                     = SITE . '/wp-content/debug.log';
		$logged                  = is_file( $log ) ? filesize( $log ) : 0;
		list( $status, $output ) = $this->wp_cli( array( 'user', 'create', 'grace', 'grace@example.test' ) );
		$this->assertSame( 0, $status, $output );
		$this->assertStringContainsString( 'No contact for user', file_get_contents( $log, false, null, $logged ) );
		$this->assertCount( 1, iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
	}

	private static function source(): string {
		return dirname( __DIR__, 2 ) . '/docs/examples/' . self::NAME . '.php';
	}
}
