<?php
/**
 * What the plugin directory demands and only a running WordPress shows; what the files show is in
 * tests/directory.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Alert;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

final class DirectoryTest extends Plugin_Case {

	/** What scripts or styles of a page may weigh: above that, the directory's tool complains. */
	private const HEAVY = 293_000;

	/** Options that every page loads, and may be of this size together. */
	private const AUTOLOADED = 1_000;

	/** @var array<string, mixed> What other tests have enqueued, and the screen that they were on. */
	private array $before;

	protected function setUp(): void {
		parent::setUp();
		foreach ( array( 'wp_styles' => new WP_Styles(), 'wp_scripts' => new WP_Scripts(), 'wp_script_modules' => new WP_Script_Modules(), 'current_screen' => null ) as $name => $fresh ) {
			$this->before[ $name ] = $GLOBALS[ $name ] ?? null;
			$GLOBALS[ $name ]      = $fresh;
		}
	}

	protected function tearDown(): void {
		foreach ( $this->before as $name => $value ) {
			$GLOBALS[ $name ] = $value;
		}
		parent::tearDown();
	}

	public function test_every_form_asks_for_a_nonce_and_the_capability(): void {
		$forms = $this->forms();
		$this->assertGreaterThanOrEqual( 9, count( $forms ) );
		foreach ( $forms as $form => $callback ) {
			$this->assertTrue( $this->is_guarded( $form, $callback ), $form );
		}
	}

	public function test_a_form_that_asks_for_less_is_found(): void {
		$capable = static fn() => current_user_can( 'manage_options' ) || wp_die( '', '', 403 );
		$this->assertFalse( $this->is_guarded( 'save', static fn() => null ) );
		$this->assertFalse( $this->is_guarded( 'save', $capable ) );
		$this->assertFalse( $this->is_guarded( 'save', static fn() => check_admin_referer( 'connector_for_mautic_save' ) ) );
		$this->assertFalse( $this->is_guarded( 'save', static fn() => array( $capable(), check_admin_referer( 'connector_for_mautic_another' ) ) ), 'a nonce of another form' );
		$this->assertTrue( $this->is_guarded( 'save', static fn() => array( $capable(), check_admin_referer( 'connector_for_mautic_save' ) ) ) );
	}

	public function test_every_route_asks_for_the_capability(): void {
		$routes = 0;
		foreach ( rest_get_server()->get_routes() as $route => $handlers ) {
			foreach ( $handlers as $handler ) {
				if ( ! self::is_ours( $handler['callback'] ?? null ) ) {
					continue;
				}
				foreach ( array( 0, self::subscriber() ) as $user ) {
					wp_set_current_user( $user );
					$this->assertNotTrue( $handler['permission_callback']( new WP_REST_Request() ), $route );
				}
				wp_set_current_user( 1 );
				$this->assertTrue( $handler['permission_callback']( new WP_REST_Request() ), $route );
				++$routes;
			}
		}
		$this->assertGreaterThanOrEqual( 7, $routes );
	}

	public function test_scripts_and_styles_are_on_our_page_alone(): void {
		wp_set_current_user( 1 );
		foreach ( array( 'index.php', 'plugins.php', 'options-general.php' ) as $other ) {
			set_current_screen( $other );
			do_action( 'admin_enqueue_scripts', $other );
			$this->assertSame( array(), $this->enqueued(), $other );
		}
		do_action( 'wp_enqueue_scripts' );
		$this->assertSame( array(), $this->enqueued(), 'the site itself' );

		set_current_screen( Settings_Page::SCREEN );
		Settings_Page::load();
		do_action( 'admin_enqueue_scripts', Settings_Page::SCREEN );
		$this->assertSame( array( 'style', 'module' ), array_keys( $this->enqueued() ) );
		$this->assertContains( Settings_Page::SLUG . '-settings', $this->enqueued()['style'] );
		$this->assertContains( Settings_Page::SLUG, $this->enqueued()['module'] );
	}

	public function test_scripts_and_styles_are_light(): void {
		$weight = array( 'css' => 0, 'js' => 0 );
		foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( WP_PLUGIN_DIR . '/connector-for-mautic/assets', FilesystemIterator::SKIP_DOTS ) ) as $file ) {
			if ( isset( $weight[ $file->getExtension() ] ) ) {
				$weight[ $file->getExtension() ] += $file->getSize();
			}
		}
		foreach ( $weight as $kind => $bytes ) {
			$this->assertGreaterThan( 1000, $bytes, $kind );
			$this->assertLessThan( self::HEAVY, $bytes, $kind );
		}
	}

	public function test_the_menu_entry_has_an_icon_in_the_colours_of_the_menu(): void {
		global $menu;
		wp_set_current_user( 1 );
		$before = $menu;
		$menu   = array();
		Settings_Page::add_to_menu();
		$entry = reset( $menu );
		$menu  = $before;
		$this->assertSame( array( 'manage_options', Settings_Page::SLUG ), array( $entry[1], $entry[2] ) );
		$this->assertMatchesRegularExpression( '~^(dashicons-[a-z-]+|data:image/svg\+xml;base64,.+)$~', $entry[6] );
	}

	/** Whatever is stored: no page but ours loads more than a line of it. */
	public function test_what_every_page_loads_is_small(): void {
		global $wpdb;
		Installer::activate();
		$this->storage()->write( '{"revision":1,"secret":"' . str_repeat( 'x', 4000 ) . '"}', 1 );
		( new Lock() )->acquire( 'refresh', 60 );
		wp_set_current_user( 1 );
		Flash::set( 'save', new Result( array( 'ok' => true ) ) );
		Cron::schedule( time() + 3600 );
		Log::append( array( array( 'type' => 'notify', 'code' => 'connected' ) ) );
		Alert::keep( array( 'code' => 'token.invalid_grant', 'since' => 5, 'from' => 5, 'button' => 'authorize' ) );
		$rows   = $wpdb->get_results( "SELECT option_name, autoload, LENGTH( option_value ) AS size FROM $wpdb->options WHERE option_name LIKE '%connector\\_for\\_mautic%' AND option_name NOT LIKE '\\_transient%'", OBJECT_K );
		$loaded = array_filter( $rows, static fn( $row ) => in_array( $row->autoload, array( 'yes', 'on', 'auto', 'auto-on' ), true ) );
		$this->assertArrayHasKey( Storage::option_name(), $rows );
		$this->assertArrayNotHasKey( Storage::option_name(), $loaded );
		$this->assertLessThan( self::AUTOLOADED, array_sum( array_column( $loaded, 'size' ) ) );
	}

	/**
	 * Whether a form does nothing for whoever has no nonce of its own, and for whoever has one and may not.
	 */
	private function is_guarded( string $form, callable $callback ): bool {
		$attempts = array(
			array( 1, '' ),
			array( 1, 'connector_for_mautic_another' ),
			array( self::subscriber(), "connector_for_mautic_$form" ),
		);
		add_filter( 'wp_die_handler', static fn() => static fn() => throw new RuntimeException( 'refused' ) );
		add_filter( 'wp_redirect', static fn() => throw new LogicException( 'done' ) );
		foreach ( $attempts as list( $user, $nonce ) ) {
			wp_set_current_user( $user );
			$this->post( 'another' );
			$_REQUEST['_wpnonce'] = '' === $nonce ? '' : wp_create_nonce( $nonce );
			try {
				$callback();
				return false;
			} catch ( RuntimeException $refused ) {
				$this->assertSame( 'refused', $refused->getMessage() );
			} catch ( LogicException ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Every form that admin-post.php and admin-ajax.php take for the plugin, as the administration has them.
	 *
	 * @return array<string, callable>
	 */
	private function forms(): array {
		$forms = array();
		foreach ( $this->for_good( array( Ways_In::class, 'forms' ) ) as $hook => $callback ) {
			$this->assertMatchesRegularExpression( '/^admin_post_connector_for_mautic_\w+$/', $hook, 'neither for everybody, nor under a name of others' );
			$forms[ substr( $hook, 32 ) ] = $callback;
		}
		return $forms;
	}

	/** Whether a callback is the plugin's. */
	private static function is_ours( $callback ): bool {
		return is_array( $callback ) && is_string( $callback[0] ) && str_starts_with( $callback[0], 'Connector_For_Mautic\\' );
	}

	/**
	 * What of the plugin's is enqueued now, by kind.
	 *
	 * @return array<string, string[]>
	 */
	private function enqueued(): array {
		$modules = new ReflectionProperty( WP_Script_Modules::class, 'registered' );
		$modules->setAccessible( true );
		$ours  = static fn( $handle ) => str_contains( $handle, 'mautic' );
		$asked = array_filter( $modules->getValue( wp_script_modules() ), static fn( $module, $id ) => $ours( $id ) && ( $module['enqueue'] ?? true ), ARRAY_FILTER_USE_BOTH );
		return array_filter(
			array(
				'style'  => array_filter( wp_styles()->queue, $ours ),
				'script' => array_filter( wp_scripts()->queue, $ours ),
				'module' => array_keys( $asked ),
			)
		);
	}
}
