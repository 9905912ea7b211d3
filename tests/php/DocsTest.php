<?php
/**
 * The documentation: it names everything that there is, and its examples run as they stand there, in a real
 * site that is connected to a stand-in for Mautic.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Doctor;
use Connector_For_Mautic\Doctor_Messages;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Guide_Steps;
use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Method;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Server_Messages;
use Connector_For_Mautic\Storage;

/** @group wp-cli */
final class DocsTest extends Plugin_Case {

	private const DOCS = __DIR__ . '/../../docs';

	/** Blocks that this class does not run, by page and language, and why. */
	private const RUN_ELSEWHERE = array(
		'network.md sh'            => 'in a network: network/CommandsTest.php',
		'network.md php'           => 'a constant of a network, set in the environment by network/SitesTest.php',
		'rest-api.md js'           => 'a script of wp-admin, which needs wp-api-fetch and a browser; the same call is made by curl',
		'when-it-breaks.md apache' => 'a line of a web server before Mautic, held to what the plugin shows',
		'when-it-breaks.md nginx'  => 'likewise',
	);

	/** What a block begins with that is not run here, and why. */
	private const NOT_RUN = array(
		'wp plugin install' => 'would replace the plugin that is tested; the zip is unpacked and judged in the part directory',
		'./build.sh'        => 'builds, demonstrates and tests all of this, which runs in it; see the test of the commands',
	);

	private static Stand_In $mautic;

	private static Site_Server $site;

	/** Where commands run, with the files that they read. */
	private static string $folder;

	private static string $configuration;

	private static string $login;

	public static function setUpBeforeClass(): void {
		self::$mautic        = new Stand_In();
		self::$site          = new Site_Server();
		self::$folder        = get_temp_dir() . uniqid( 'docs-' );
		self::$configuration = file_get_contents( SITE . '/wp-config.php' );
		self::$login         = 'admin:' . WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'docs' ) )[0];
		mkdir( self::$folder );
		file_put_contents( self::$folder . '/client-secret.txt', Stand_In::CLIENT_SECRET . "\n" );
		file_put_contents( self::$folder . '/password.txt', Stand_In::PASSWORD . "\n" );
	}

	public static function tearDownAfterClass(): void {
		self::$mautic->stop();
		self::$site->stop();
		array_map( 'unlink', glob( self::$folder . '/*' ) );
		rmdir( self::$folder );
		WP_Application_Passwords::delete_all_application_passwords( 1 );
	}

	protected function tearDown(): void {
		file_put_contents( SITE . '/wp-config.php', self::$configuration );
		$this->for_good( static fn() => delete_option( Storage::option_name() ) );
		parent::tearDown();
	}

	public function test_every_function_and_hook_is_documented_with_an_example(): void {
		$page      = new Page_Of_Docs( 'php-api.md' );
		$functions = $this->found( '/^function (connector_for_mautic_\w+)\(/m', 'includes/loader.php' );
		$this->assertGreaterThanOrEqual( 3, count( $functions ) );
		foreach ( $functions as $function ) {
			$this->assertTrue( $page->shows( $function, "$function(", 'php' ), $function );
		}
		$filters = $this->found( "/apply_filters\(\s*'(connector_for_mautic_\w+)'/" );
		$this->assertGreaterThanOrEqual( 3, count( $filters ) );
		foreach ( $filters as $filter ) {
			$this->assertTrue( $page->shows( $filter, "'$filter'", 'php' ), $filter );
		}
		$actions = $this->found( "/do_action\(\s*'(connector_for_mautic_\w+)'/" );
		$this->assertGreaterThanOrEqual( 5, count( $actions ) );
		foreach ( $actions as $action ) {
			$this->assertStringContainsString( "`$action`", $page->text );
		}
		foreach ( array_keys( connector_for_mautic_status() ) as $member ) {
			$this->assertStringContainsString( "`$member`", $page->text );
		}
	}

	public function test_every_route_and_argument_is_documented_with_an_example(): void {
		$page   = new Page_Of_Docs( 'rest-api.md' );
		$routes = array_diff_key( rest_get_server()->get_routes( 'connector-for-mautic/v1' ), array( '/connector-for-mautic/v1' => 0 ) );
		$this->assertGreaterThanOrEqual( 6, count( $routes ) );
		foreach ( $routes as $route => $handlers ) {
			foreach ( $handlers as $handler ) {
				$title = key( $handler['methods'] ) . ' ' . substr( $route, 25 );
				$this->assertTrue( $page->shows( "`$title`", "/wp-json$route\"", 'sh' ), $title );
				foreach ( array_keys( $handler['args'] ) as $argument ) {
					$this->assertStringContainsString( "| `$argument` |", $page->text );
				}
			}
		}
	}

	public function test_every_command_and_option_is_documented_with_an_example(): void {
		$page     = new Page_Of_Docs( 'wp-cli.md' );
		$script   = '<?php $all = WP_CLI::get_root_command()->get_subcommands()["mautic"]->get_subcommands(); echo json_encode( array_map( fn( $one ) => $one->get_longdesc(), $all ) );';
		$commands = json_decode( $this->wp_cli( array( 'eval-file', '-' ), $script )[1], true );
		$this->assertGreaterThanOrEqual( 10, count( $commands ) );
		foreach ( $commands as $command => $description ) {
			$this->assertTrue( $page->shows( "`wp mautic $command`", "wp mautic $command", 'sh' ), $command );
			preg_match_all( '/^\[(--[a-z-]+)/m', $description, $options );
			foreach ( $options[1] as $option ) {
				$this->assertStringContainsString( $option, $page->text, $command );
			}
		}
	}

	public function test_the_examples_of_the_php_api_run(): void {
		$this->run_page( 'php-api.md' );
		$requests = self::$mautic->requests();
		foreach ( array( 'POST /api/contacts/new', 'POST /api/files/images/new', 'POST /api/files/assets/new', 'GET /api/users/self' ) as $request ) {
			$this->assertContains( $request, $requests );
		}
		$this->assertSame( array(), array_filter( $requests, static fn( $request ) => str_contains( $request, '/oauth/v2/token?' ) || str_contains( $request, 'secret' ) ) );
		$emails = array();
		foreach ( connector_for_mautic_records( 'contacts' ) as $contact ) {
			$emails[] = $contact['fields']['all']['email'];
		}
		$this->assertSame( array( 'ada@example.org', 'grace@example.org' ), $emails );
	}

	public function test_the_examples_of_the_rest_api_run(): void {
		$this->run_page( 'rest-api.md' );
		$this->assertContains( 'POST /api/contacts/new', self::$mautic->requests() );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'], 'the last one disconnects' );
	}

	public function test_the_examples_of_wp_cli_run(): void {
		$this->run_page( 'wp-cli.md' );
		$this->assertContains( 'POST /api/contacts/new', self::$mautic->requests() );
		// Not by this process, which has the former key.
		$this->assertStringContainsString( '"status":"not_configured"', $this->wp_cli( array( 'mautic', 'status', '--format=json' ) )[1], 'the last one resets' );
	}

	/** @group later-wordpress */
	public function test_the_examples_of_the_abilities_run(): void {
		$this->run_page( 'abilities.md' );
		$this->assertContains( 'POST /api/contacts/new', self::$mautic->requests() );
	}

	/** @dataProvider pages_for_owners */
	public function test_the_examples_for_owners_run( string $page ): void {
		$this->run_page( $page );
		// The site's options are another one's now, which has the key that the page has set.
		$this->wp_cli( array( 'mautic', 'reset', '--yes' ) );
	}

	public function pages_for_owners(): array {
		return array( array( 'connect.md' ), array( 'when-it-breaks.md' ), array( 'security.md' ), array( 'extending.md' ), array( '../README.md' ) );
	}

	public function test_the_commands_of_the_readme_are_those_of_the_build(): void {
		$readme = new Page_Of_Docs( '../README.md' );
		list( $status, $help ) = $this->process( array( dirname( __DIR__, 2 ) . '/build.sh', 'help' ), '', array( 'redirect', 1 ) );
		$this->assertSame( 0, $status );
		$named = array();
		foreach ( $readme->blocks() as $block ) {
			preg_match_all( '/^\.\/build\.sh ?(\w*)/m', $block['code'], $commands );
			array_push( $named, ...$commands[1] );
		}
		$this->assertSame( array( 'demo', 'test', '', 'lint', 'bench', 'fuzz' ), $named );
		foreach ( array_filter( $named ) as $command ) {
			$this->assertMatchesRegularExpression( "/^  $command\b/m", $help );
		}
		$this->assertSame( array( 'Connector for Mautic', 'Install', 'Connect in five steps', 'When it breaks', 'For developers', 'How it is built', 'Licence' ), array_column( array_slice( $readme->sections, 1 ), 'heading' ) );
		$this->assertStringContainsString( "```sh\n./build.sh demo   # WordPress with the plugin, and a stand-in for Mautic beside it\n./build.sh test   # all tests\n```\n", $readme->text );
	}

	/** Each block is run by a test, or is said not to be, with the reason. */
	public function test_every_block_of_every_page_is_run(): void {
		$run = array_merge( array( 'php-api.md', 'rest-api.md', 'wp-cli.md', 'abilities.md' ), array_column( $this->pages_for_owners(), 0 ) );
		foreach ( $this->pages() as $name ) {
			foreach ( ( new Page_Of_Docs( $name ) )->blocks() as $block ) {
				$runs = 'json' === $block['language'] || '' === $block['language'] || in_array( $name, $run, true ) && in_array( $block['language'], array( 'php', 'sh' ), true );
				$this->assertTrue( $runs || isset( self::RUN_ELSEWHERE[ "$name $block[language]" ] ), "$name: nothing runs\n$block[code]" );
			}
		}
	}

	public function test_lines_for_web_servers_are_those_that_the_plugin_shows(): void {
		$lines = array();
		foreach ( ( new Page_Of_Docs( 'when-it-breaks.md' ) )->blocks() as $block ) {
			if ( in_array( $block['language'], array( 'apache', 'nginx' ), true ) ) {
				$lines[] = trim( $block['code'] );
			}
		}
		$this->assertSame( array_values( Server_Messages::HEADER_LINES ), $lines );
	}

	/** What owners read in these pages stands on the page in the same words. */
	public function test_pages_for_owners_have_the_words_of_the_page(): void {
		$said    = static fn( string $page ): string => str_replace( array( '*', "'", '“', '”' ), array( '', '’', '"', '"' ), ( new Page_Of_Docs( $page ) )->text );
		$connect = $said( 'connect.md' );
		$breaks  = $said( 'when-it-breaks.md' );
		foreach ( Guide_Steps::of( Method::AUTHORIZATION_CODE ) as $step ) {
			$this->assertStringContainsString( $step['title'], $connect );
		}
		foreach ( Method::cases() as $method ) {
			$this->assertStringContainsString( $method->label(), $connect );
			$this->assertStringContainsString( $method->button(), $connect );
		}
		foreach ( array( 'not_configured', 'ready', 'pending', 'connected', 'attention', 'needs_authorization' ) as $status ) {
			$this->assertStringContainsString( '| ' . Messages::status( array( 'status' => $status ) ), $breaks );
		}
		foreach ( array_diff( Doctor::STEPS, array( 'permission' ) ) as $step ) {
			$this->assertStringContainsString( "\n| " . Doctor_Messages::title( array( 'name' => $step ) ) . ' |', $breaks );
		}
	}

	public function test_every_link_leads_somewhere(): void {
		$followed = 0;
		foreach ( $this->pages() as $name ) {
			foreach ( ( new Page_Of_Docs( $name ) )->links() as $link ) {
				if ( preg_match( '~^https://~', $link ) ) {
					continue;
				}
				list( $path, $anchor ) = array_pad( explode( '#', $link, 2 ), 2, '' );
				$target                = '' === $path ? $name : ( '../README.md' === $name ? "../$path" : $path );
				$this->assertFileExists( self::DOCS . "/$target", "$name: $link" );
				if ( '' !== $anchor ) {
					$this->assertContains( $anchor, ( new Page_Of_Docs( $target ) )->anchors(), "$name: $link" );
				}
				++$followed;
			}
		}
		$this->assertGreaterThan( 80, $followed );
	}

	/** The threat model names tests as `file: name`, below `tests/`. Each row has some, and each is there. */
	public function test_every_test_that_the_threat_model_names_exists(): void {
		$this->assertTrue( self::is_test( 'php/DocsTest.php', __FUNCTION__ ) );
		$this->assertFalse( self::is_test( 'php/DocsTest.php', 'test_that_is_only_named' ) );
		$this->assertFalse( self::is_test( 'php/DocsTest.php', 'test_every_test_that' ), 'the beginning of a name' );
		list( , $model ) = explode( "\n## Threat model\n", ( new Page_Of_Docs( 'security.md' ) )->text );
		list( $attacks ) = explode( "\n### What is not defended, and why\n", $model );
		$judged          = 0;
		preg_match_all( '/^\| (.+) \|$/m', $attacks, $rows );
		foreach ( $rows[1] as $row ) {
			$cells = explode( ' | ', $row );
			$this->assertCount( 4, $cells, $row );
			list( $attack, , , $tests ) = $cells;
			if ( 'tests' === $tests ) {
				continue;
			}
			$this->assertMatchesRegularExpression( '/^`[^`]+`(, `[^`]+`)*$/', $tests, $attack );
			foreach ( explode( '`, `', trim( $tests, '`' ) ) as $test ) {
				list( $file, $name ) = array_pad( explode( ': ', $test, 2 ), 2, '' );
				$this->assertTrue( self::is_test( $file, $name ), "$attack: $file has no test $name" );
			}
			++$judged;
		}
		$this->assertGreaterThan( 50, $judged );
	}

	/** Whoever looks for one of them by its name finds it as an attack, or as the heading of several. */
	public function test_each_well_known_attack_is_found_in_the_threat_model_by_its_name(): void {
		list( , $model ) = explode( "\n## Threat model\n", ( new Page_Of_Docs( 'security.md' ) )->text );
		list( $attacks ) = explode( "\n### What is not defended, and why\n", $model );
		preg_match_all( '/^(?:\| ([^|]+) \||### (.+)$)/m', $attacks, $names );
		$names = implode( "\n", array_merge( $names[1], $names[2] ) );
		foreach ( array( 'CSRF on the return', 'code injection', 'code replay', 'mix-up with a second server', 'open redirect', 'token leak by referrer', 'token leak by log', 'token leak by cache', 'token leak by URL', 'token in browser history', 'SSRF by base URL', 'DNS rebinding', 'clickjacking of the consent step', 'downgrade to http', 'stolen database', 'hostile administrator of another site in a network', 'hostile Mautic server' ) as $attack ) {
			$this->assertStringContainsStringIgnoringCase( $attack, $names );
		}
	}

	/** Of the RFCs' lists of attacks none is passed over: each section is named, if only to say why it does not matter here. */
	public function test_every_section_of_the_rfcs_lists_of_attacks_is_in_the_threat_model(): void {
		list( , $model ) = explode( "\n## Threat model\n", ( new Page_Of_Docs( 'security.md' ) )->text );
		preg_match_all( '/\b(6749|6819|9700)((?:,?\s+§[\d.]*\d)+)/', $model, $places, PREG_SET_ORDER );
		$named = array();
		foreach ( $places as list( , $rfc, $sections ) ) {
			preg_match_all( '/[\d.]*\d/', $sections, $numbers );
			foreach ( $numbers[0] as $number ) {
				// What is named stands for the sections that it is in.
				for ( $above = $number; str_contains( $above, '.' ); $above = substr( $above, 0, (int) strrpos( $above, '.' ) ) ) {
					$named[ "$rfc $above" ] = true;
				}
			}
		}
		// Each section, with how many it has in it.
		$lists   = array( '6749 10' => 16, '6819 4' => 6, '6819 4.1' => 5, '6819 4.2' => 4, '6819 4.3' => 5, '6819 4.4' => 4, '6819 4.4.1' => 13, '6819 4.4.3' => 6, '6819 4.5' => 4, '6819 4.6' => 7, '9700 4' => 17 );
		$missing = array();
		foreach ( $lists as $section => $count ) {
			for ( $number = 1; $number <= $count; ++$number ) {
				isset( $named[ "$section.$number" ] ) || $missing[] = "$section.$number";
			}
		}
		$this->assertSame( array(), $missing );
	}

	public function test_the_index_has_every_page(): void {
		$links = ( new Page_Of_Docs( 'README.md' ) )->links();
		$this->assertSame( array(), array_diff( array_diff( array_map( 'basename', glob( self::DOCS . '/*.md' ) ), array( 'README.md' ) ), $links ) );
	}

	/** Whether a file below `tests/` defines a test of that name, which in JavaScript may go on with what a template puts in. */
	private static function is_test( string $file, string $name ): bool {
		$name    = preg_quote( $name, '/' );
		$pattern = array(
			'rs'  => '/#\[test\]\s+fn ' . $name . '\(/',
			'php' => '/^\tpublic function (?=test_)' . $name . '\(/m',
			'mjs' => '/^\s*(?:test|story)\(\s*([\'`])' . $name . '(?:\1,|\$\{)/m',
		)[ pathinfo( $file, PATHINFO_EXTENSION ) ] ?? '/(?!)/';
		$path    = dirname( __DIR__ ) . "/$file";
		return preg_match( '~^(core|simulation|php|network|e2e|stay|directory)/[\w.-]+$~', $file ) && is_file( $path ) && 1 === preg_match( $pattern, file_get_contents( $path ) );
	}

	/** @return string[] Of the documentation, as from its folder. */
	private function pages(): array {
		return array_merge( array( '../README.md' ), array_map( 'basename', glob( self::DOCS . '/*.md' ) ) );
	}

	/** Runs the blocks of a page, each in a process of its own: those that are `php` and `sh`. */
	private function run_page( string $name ): void {
		self::$mautic->control( 'POST', 'reset' );
		self::$mautic->control( 'PATCH', 'settings', array( 'basic_enabled' => true ) );
		$this->connect();
		self::$mautic->control( 'DELETE', 'requests' );
		$log    = SITE . '/wp-content/debug.log';
		$logged = is_file( $log ) ? filesize( $log ) : 0;
		$ran    = 0;
		$output = '';
		foreach ( ( new Page_Of_Docs( $name ) )->blocks() as $block ) {
			$code = str_replace( 'https://mautic.example.org', self::$mautic->url, $block['code'] );
			if ( 'json' === $block['language'] ) {
				$this->assertSame( $this->members( $block['code'] ), $this->members( $output ), $block['code'] );
			}
			if ( ! in_array( $block['language'], array( 'php', 'sh' ), true ) || array_filter( array_keys( self::NOT_RUN ), static fn( $begin ) => str_starts_with( $code, $begin ) ) ) {
				continue;
			}
			list( $status, $output, $errors ) = 'php' === $block['language']
				? $this->wp_cli( array( 'eval-file', '-', '--user=admin' ), "<?php\n$code" )
				: $this->shell( $code );
			$this->assertSame( 0, $status, "$code\n$output\n$errors" );
			++$ran;
		}
		$this->assertGreaterThan( 0, $ran );
		clearstatcache();
		$this->assertSame( '', is_file( $log ) ? substr( file_get_contents( $log ), $logged ) : '', 'warnings, or what an example says when it fails' );
	}

	/** The names in a JSON object. */
	private function members( string $json ): array {
		$decoded = json_decode( $json, true );
		$this->assertIsArray( $decoded, $json );
		return array_keys( $decoded );
	}

	/** @return array{0: int, 1: string, 2: string} Exit status and both outputs. */
	private function shell( string $code ): array {
		$wp      = implode( ' ', array_map( 'escapeshellarg', self::wp_command() ) );
		$prelude = sprintf( "cd %s\nSITE=%s\nLOGIN=%s\nwp() { %s \"\$@\"; }\n", self::$folder, self::$site->url, escapeshellarg( self::$login ), $wp );
		$errors  = tmpfile();
		$ended   = $this->process( array( 'bash', '-euo', 'pipefail', '-c', $prelude . $code ), '', $errors );
		rewind( $errors );
		return array( ...$ended, ...array( stream_get_contents( $errors ) ) );
	}

	/** Connects the site with the authorization code flow. */
	private function connect(): void {
		$result = $this->for_good(
			static function () {
				wp_set_current_user( 1 );
				Form_Handler::save_values( array( 'base_url' => self::$mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET ) );
				parse_str( wp_parse_url( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
				self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'value' => 'code-1', 'redirect_uri' => $query['redirect_uri'] ) );
				return Authorize_Return::handle( "state={$query['state']}&code=code-1" );
			}
		);
		$this->assertTrue( $result->ok(), wp_json_encode( $result->answer ) );
	}

	/** @return string[] What the plugin's sources say. */
	private function found( string $pattern, string $files = '{*.php,includes/*.php}' ): array {
		$found = array();
		foreach ( glob( SITE . "/wp-content/plugins/connector-for-mautic/$files", GLOB_BRACE ) as $file ) {
			preg_match_all( $pattern, file_get_contents( $file ), $matches );
			array_push( $found, ...$matches[1] );
		}
		return array_values( array_unique( $found ) );
	}
}
