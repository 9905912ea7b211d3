<?php
/**
 * Every way into the plugin.
 *
 * @package Connector_For_Mautic
 */

/**
 * Finds, in a running WordPress, what of the plugin can be reached from outside: nobody has to remember to
 * add a new one here.
 */
final class Ways_In {

	/**
	 * What WordPress calls, beside forms: who tries it, or why it is no way in, since it takes nothing from the
	 * request or is for people whom WordPress lets that far.
	 */
	public const HOOKS = array(
		'admin_init Authorize_Return::maybe_handle'                              => 'the return from Mautic: AccessTest tries it',
		'load-toplevel_page_connector-for-mautic Settings_Page::load'            => 'the page: AccessTest tries it',
		'toplevel_page_connector-for-mautic Settings_Page::render'               => 'the page: AccessTest tries it',
		'admin_notices Admin_Notice::render'                                     => 'for who may: AdminNoticeTest tries it',
		'connector_for_mautic_tick Cron::tick'                                   => 'anybody may wake WP-Cron: AccessTest tries it',
		'rest_api_init Rest::register'                                           => 'RestAccessTest tries it',
		'rest_api_init Site_Health::register_route'                              => 'RestAccessTest tries it',
		'wp_abilities_api_init Abilities::register'                              => 'RestAccessTest tries it',
		'admin_init Cron::revive'                                                => 'looks after the schedule',
		'admin_init Privacy::suggest_policy'                                     => 'a text for the owner',
		'admin_menu Settings_Page::add_to_menu'                                  => 'the entry that the page is reached by',
		'rest_post_dispatch Rest::forbid_caching'                                => 'a header',
		'wp_abilities_api_categories_init Abilities::register_category'          => 'a name',
		'wp_connectors_init Connectors::register'                                => 'a name',
		'load-options-connectors.php Connectors::load'                           => 'for manage_options, and asks for the capability',
		'plugin_action_links_connector-for-mautic/connector-for-mautic.php Settings_Page::add_action_link' => 'a link, for who may',
		'debug_information Debug_Information::add_section'                       => 'for view_site_health_checks, and asks for the capability',
		'site_status_tests Site_Health::add_tests'                               => 'for view_site_health_checks',
		'wp_privacy_personal_data_exporters Personal_Data::add_exporter'         => 'for export_others_personal_data',
		'wp_privacy_personal_data_erasers Personal_Data::add_eraser'             => 'for erase_others_personal_data',
		'activate_connector-for-mautic/connector-for-mautic.php Installer::activate' => 'for activate_plugins',
		'deactivate_connector-for-mautic/connector-for-mautic.php Installer::deactivate' => 'for deactivate_plugin',
	);

	private const FORM = '/^(admin_post|wp_ajax|admin_action)_/';

	/**
	 * What of the plugin WordPress calls, in a process of its own.
	 *
	 * @param string $where `admin` or `front`.
	 * @return array<int, array{0: string, 1: string}> Hooks, each with the name of a callback.
	 */
	public static function hooks( string $where ): array {
		return json_decode( self::output( array( PHP_BINARY, ...COMPILED, ...array( __DIR__ . '/fixtures/hooks.php', SITE, $where ) ) ), true, 512, JSON_THROW_ON_ERROR );
	}

	/**
	 * What WordPress calls that no form is and that has no row, and rows of what is not there any more.
	 *
	 * @param array<string, string> $known See HOOKS.
	 * @return array{0: string[], 1: string[]}
	 */
	public static function unknown( array $known ): array {
		$found = array();
		foreach ( array_merge( self::hooks( 'admin' ), self::hooks( 'front' ) ) as list( $hook, $callback ) ) {
			if ( ! preg_match( self::FORM, $hook ) ) {
				$found[ $hook . ' ' . str_replace( 'Connector_For_Mautic\\', '', $callback ) ] = true;
			}
		}
		return array( array_keys( array_diff_key( $found, $known ) ), array_keys( array_diff_key( $known, $found ) ) );
	}

	/** @return array<string, string> Names of callbacks by the hook of a form: of admin-post.php, admin-ajax.php or admin.php. */
	public static function forms(): array {
		return array_filter( array_column( self::hooks( 'admin' ), 1, 0 ), static fn( $hook ) => (bool) preg_match( self::FORM, $hook ), ARRAY_FILTER_USE_KEY );
	}

	/** @return string[] Method and route of each that the plugin answers, such as `GET /connector-for-mautic/v1/status`. */
	public static function routes(): array {
		$found = array();
		foreach ( rest_get_server()->get_routes() as $route => $handlers ) {
			foreach ( $handlers as $handler ) {
				if ( self::is_ours( $handler['callback'] ?? null ) ) {
					foreach ( array_keys( $handler['methods'] ) as $method ) {
						$found[] = "$method $route";
					}
				}
			}
		}
		return $found;
	}

	/** @return string[] Names of abilities. */
	public static function abilities(): array {
		// Whoever registers one under a name of another is found by who runs it.
		$runs = static fn( $ability ) => Closure::bind( fn() => $this->execute_callback, $ability, WP_Ability::class )();
		return array_keys( array_filter( wp_get_abilities(), static fn( $ability ) => self::is_ours( $runs( $ability ) ) ) );
	}

	/** @return string[] Names of functions. */
	public static function functions(): array {
		return array_values( array_filter( get_defined_functions()['user'], static fn( $name ) => self::is_ours( $name ) ) );
	}

	/** @return string[] Commands of WP-CLI, such as `mautic status`. */
	public static function commands(): array {
		$code = '$walk = static function ( $command, $path ) use ( &$walk ) {
				foreach ( $command->get_subcommands() as $name => $sub ) {
					$sub->can_have_subcommands() ? $walk( $sub, "$path$name " ) : print( "$path$name\n" );
				}
			};
			$walk( WP_CLI::get_root_command(), "" );';
		$all  = explode( "\n", self::output( array( PHP_BINARY, ...COMPILED, ...array( '-d', 'display_errors=0', getenv( 'WP_CLI' ), '--allow-root', '--path=' . SITE, 'eval', $code ) ) ) );
		return array_values( array_filter( $all, static fn( $command ) => str_contains( $command, 'mautic' ) ) );
	}

	/** Whether the plugin's files define what is called. */
	private static function is_ours( $callback ): bool {
		return is_callable( $callback ) && str_contains( (string) ( new ReflectionFunction( Closure::fromCallable( $callback ) ) )->getFileName(), '/plugins/connector-for-mautic/' );
	}

	/** What a process says that has to end well. */
	private static function output( array $command ): string {
		$process = proc_open( $command, array( 1 => array( 'pipe', 'w' ), 2 => array( 'redirect', 1 ) ), $pipes );
		$output  = stream_get_contents( $pipes[1] );
		return 0 === proc_close( $process ) ? $output : throw new RuntimeException( $output );
	}
}
