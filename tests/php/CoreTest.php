<?php
/**
 * The compiled core in its place.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Core;

final class CoreTest extends Plugin_Case {

	private const MESSAGE = '{"event":{"type":"view"},"now":1700000000,"entropy":"%s"}';

	private const OPTION = 'connector_for_mautic_self_test';

	public function test_the_core_answers(): void {
		$answer = json_decode( Core::call( $this->message() ), true );
		$this->assertSame( 'not_configured', $answer['effects'][0]['status']['status'] );
	}

	public function test_the_self_test_runs_once_for_each_version_of_php(): void {
		delete_option( self::OPTION );
		Core::call( $this->message() );
		$this->assertSame( array( PHP_VERSION => CONNECTOR_FOR_MAUTIC_VERSION ), get_option( self::OPTION ) );

		update_option( self::OPTION, array( '8.1.0' => CONNECTOR_FOR_MAUTIC_VERSION ) );
		Core::call( $this->message() );
		$this->assertSame( array( '8.1.0', PHP_VERSION ), array_keys( get_option( self::OPTION ) ) );

		update_option( self::OPTION, array( PHP_VERSION => '0.0.1' ) );
		Core::call( $this->message() );
		$this->assertSame( CONNECTOR_FOR_MAUTIC_VERSION, get_option( self::OPTION )[ PHP_VERSION ] );
	}

	public function test_asking_costs_no_query_once_tested(): void {
		global $wpdb;
		Core::call( $this->message() );
		wp_load_alloptions();
		$before = $wpdb->num_queries;
		Core::call( $this->message() );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	/** @dataProvider broken_cores */
	public function test_a_core_that_is_broken_is_named_and_not_remembered_as_tested( callable $break, string $code ): void {
		$folder = get_temp_dir() . 'connector-for-mautic-' . bin2hex( random_bytes( 4 ) );
		$this->copy( WP_PLUGIN_DIR . '/connector-for-mautic/includes', $folder );
		$break( $folder . '/core' );
		list( , $output ) = $this->php( __DIR__ . '/fixtures/broken-core.php', $folder );
		$this->remove( $folder );
		$this->assertSame( $code . ( 'fine' === $code ? ', remembered as tested' : ', not remembered' ), $output );
	}

	public function broken_cores(): array {
		$replace = static fn( string $file, string $pattern, string $by ) => static function ( $folder ) use ( $file, $pattern, $by ) {
			$text = preg_replace( $pattern, $by, file_get_contents( "$folder/$file" ), 1, $count );
			if ( 1 !== $count ) {
				throw new LogicException( "nothing to break in $file" );
			}
			file_put_contents( "$folder/$file", $text );
		};
		return array(
			'whole'                   => array( static fn() => null, 'fine' ),
			'no core'                 => array( static fn( $folder ) => unlink( "$folder/core.php" ), 'core.files' ),
			'no engine'               => array( static fn( $folder ) => unlink( "$folder/class-engine.php" ), 'core.files' ),
			'no self-test'            => array( static fn( $folder ) => unlink( "$folder/self-test.json" ), 'core.files' ),
			'another answer'          => array( $replace( 'self-test.json', '/not_configured|ready/', 'connected' ), 'core.trap' ),
			'a trap'                  => array( $replace( 'core.php', '/function begin\(\)\s*\{/', '$0 throw new Trap( "unreachable" );' ), 'core.trap' ),
			'half of a file'          => array( static fn( $folder ) => file_put_contents( "$folder/core.php", substr( file_get_contents( "$folder/core.php" ), 0, 50000 ) ), 'core.trap' ),
		);
	}

	/** @dataProvider jits */
	public function test_the_jit_is_kept_away_or_named( string $expected, string ...$options ): void {
		$jit            = array( '-d', 'opcache.enable_cli=1', '-d', 'opcache.jit=tracing', '-d', 'opcache.jit_buffer_size=32M' );
		list( , $output ) = $this->php( ...array_merge( $jit, $options, array( __DIR__ . '/fixtures/broken-core.php', WP_PLUGIN_DIR . '/connector-for-mautic/includes' ) ) );
		$this->assertSame( $expected, $output );
	}

	public function jits(): array {
		return array(
			'switched off'            => array( 'fine, remembered as tested' ),
			'its state not told'      => array( 'fine, remembered as tested', '-d', 'disable_functions=opcache_get_status' ),
			'no way to switch it off' => array( 'core.jit, not remembered', '-d', 'disable_functions=ini_set' ),
			'neither'                 => array( 'core.jit, not remembered', '-d', 'disable_functions=ini_set,opcache_get_status' ),
		);
	}

	private function message(): string {
		return sprintf( self::MESSAGE, bin2hex( random_bytes( 32 ) ) );
	}

	private function copy( string $from, string $to ): void {
		mkdir( $to );
		foreach ( array_diff( scandir( $from ), array( '.', '..' ) ) as $name ) {
			is_dir( "$from/$name" ) ? $this->copy( "$from/$name", "$to/$name" ) : copy( "$from/$name", "$to/$name" );
		}
	}

	private function remove( string $path ): void {
		if ( ! is_dir( $path ) ) {
			unlink( $path );
			return;
		}
		foreach ( array_diff( scandir( $path ), array( '.', '..' ) ) as $name ) {
			$this->remove( "$path/$name" );
		}
		rmdir( $path );
	}
}
