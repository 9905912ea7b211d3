<?php
/**
 * A site without keys in wp-config.php: WordPress keeps salts of its own in the database then, beside what they
 * would protect, and they are never the key.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Storage;
use Connector_For_Mautic\Unreadable_Exception;

/** @group wp-cli */
final class KeyMissingTest extends Plugin_Case {

	private const SECRET = 'a-client-secret-of-these-tests';

	private string $configuration;

	protected function setUp(): void {
		parent::setUp();
		$this->configuration = file_get_contents( SITE . '/wp-config.php' );
		$this->forget();
	}

	protected function tearDown(): void {
		file_put_contents( SITE . '/wp-config.php', $this->configuration );
		$this->forget();
		parent::tearDown();
	}

	/** @dataProvider keys */
	public function test_nothing_is_stored_and_what_is_missing_is_said( ?string $key, ?string $salt ): void {
		$this->configure( $key, $salt );
		list( $status, $output, $errors ) = $this->save();
		$this->assertSame( 1, $status );
		$this->assertStringContainsString( 'connection.key_missing', $errors );
		$this->assertStringContainsString( 'AUTH_KEY', $errors );
		$this->assertStringNotContainsString( self::SECRET, $output . $errors );
		$this->assertNull( $this->for_good( fn() => $this->row( Storage::option_name() ) ) );
	}

	public function keys(): array {
		$placeholder = 'put your unique phrase here';
		return array(
			'not there'               => array( null, null ),
			'as WordPress ships them' => array( $placeholder, $placeholder ),
			'as it ships in German'   => array( 'Füge hier deine Zeichenkette ein', 'Füge hier deine Zeichenkette ein' ),
			'empty'                   => array( '', '' ),
			'short'                   => array( 'secret', 'salt' ),
		);
	}

	public function test_salts_of_the_database_open_nothing(): void {
		list( $status, , $errors ) = $this->save();
		$this->assertSame( 0, $status, $errors );
		$row = $this->for_good( fn() => $this->row( Storage::option_name() ) );
		$this->configure( null, null );
		// WordPress makes them, and signs cookies with them.
		$salt = $this->wp_cli( array( 'eval', 'echo wp_salt( "auth" );' ) )[1];
		list( $key_of_database, $salt_of_database ) = $this->for_good( static fn() => array( get_site_option( 'auth_key' ), get_site_option( 'auth_salt' ) ) );
		$this->assertSame( $salt, $key_of_database . $salt_of_database );
		$this->assertGreaterThan( 100, strlen( $salt ) );

		$this->assertStringContainsString( '"code":"connection.key_missing"', $this->wp_cli( array( 'mautic', 'status', '--format=json' ) )[1] );
		$this->assertSame( 1, $this->save()[0] );
		$this->assertSame( $row, $this->for_good( fn() => $this->row( Storage::option_name() ) ) );
		foreach ( array( $salt, $key_of_database, $salt_of_database, "$key_of_database|$salt_of_database" ) as $material ) {
			$this->assertSame( 'key_changed', $this->unreadable( $material ) );
		}
		file_put_contents( SITE . '/wp-config.php', $this->configuration );
		$this->assertStringContainsString( '"status":"ready"', $this->wp_cli( array( 'mautic', 'status', '--format=json' ) )[1] );
	}

	/** Puts other keys into wp-config.php; null leaves one out. */
	private function configure( ?string $key, ?string $salt ): void {
		$configuration = preg_replace( "/^define\( '(SECURE_)?(AUTH|LOGGED_IN|NONCE)_(KEY|SALT)'.*\n/m", '', $this->configuration );
		$lines         = '';
		foreach ( array( 'AUTH_KEY' => $key, 'AUTH_SALT' => $salt ) as $name => $value ) {
			$lines .= null === $value ? '' : "define( '$name', '$value' );\n";
		}
		file_put_contents( SITE . '/wp-config.php', preg_replace( '/^<\?php\n/', "<?php\n$lines", $configuration ) );
	}

	/** @return array{0: int, 1: string, 2: string} What became of settings that are saved by a process of its own. */
	private function save(): array {
		return $this->wp_cli( array( 'mautic', 'configure', '--base-url=https://mautic.example.test', '--client-id=1_abc', '--client-secret=-' ), self::SECRET );
	}

	/** Why what is stored does not open with a key. */
	private function unreadable( string $material ): string {
		try {
			$this->for_good( static fn() => ( new Storage( new Cipher( $material ) ) )->read() );
			return 'it opens';
		} catch ( Unreadable_Exception $exception ) {
			return $exception->getMessage();
		}
	}

	private function forget(): void {
		$this->for_good(
			static function () {
				delete_option( Storage::option_name() );
				foreach ( array( 'auth', 'secure_auth', 'logged_in', 'nonce' ) as $scheme ) {
					delete_site_option( $scheme . '_key' );
					delete_site_option( $scheme . '_salt' );
				}
			}
		);
	}
}
