<?php
/**
 * Hostile values in every field that reaches a page: the page has the tags, attributes and addresses that it has with
 * harmless ones.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Admin_Notice;
use Connector_For_Mautic\Alert;
use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Doctor;
use Connector_For_Mautic\Doctor_Stream;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Personal_Data;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Site_Health;

/** @group page */
final class HostileValuesTest extends Connected_Case {

	private const MARKUP = 'javascript:alert(1)//"></p></li></td></tr></table></form></div></section><script>alert(1)</script>\' onfocus=\'alert(1)\' autofocus x="</textarea></title></style></script>--><svg onload=alert(1)><a href="https://evil.example">x</a><!-- {{constructor.constructor("alert(1)")()}} [shortcode] %s %1$s %2$d %n %% &quot;&#039; ' . "\u{202E}gpj.exe\u{2028}\r\nX-Header: 1 ";

	/** Words of which there are a few: an unknown one takes a way of its own through the page, so each is tried alone. */
	private const WORDS = array( 'type', 'status', 'auth_method', 'code', 'kind', 'button', 'name', 'state', 'field', 'action', 'method', 0 );

	/** @var array<string, string[]> What pages consist of with a harmless value. */
	private static array $usual = array();

	protected function tearDown(): void {
		$_GET = array();
		foreach ( array( 'AUTH_METHOD', 'BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD', 'REFRESH_TOKEN_LIFETIME_DAYS', 'TOKEN_IN_QUERY' ) as $name ) {
			putenv( "CONNECTOR_FOR_MAUTIC_$name" );
		}
		parent::tearDown();
	}

	/** @return array<string, array{0: string}> */
	public static function values(): array {
		return array(
			'markup, quotes, formats, text from right to left' => array( self::MARKUP ),
			'a scheme that hides' => array( "java\tscript:alert(1)" ),
			'a byte of zero'      => array( "a\0b" . self::MARKUP ),
			'no UTF-8'            => array( "\xC3\x28\xFF" . self::MARKUP ),
			'much of it'          => array( str_repeat( self::MARKUP, 20 ) ),
		);
	}

	/** @dataProvider values */
	public function test_whatever_the_core_says_is_text( string $value ): void {
		foreach ( $this->views() as $state => $view ) {
			foreach ( 'trouble' === $state ? array( '', 'disconnect', 'reset' ) : array( '' ) as $asked ) {
				$_GET['confirm'] = $asked;
				$this->assert_same_skeleton( fn( $text ) => $this->page_of( self::filled( $view, $text ), self::filled( self::flash( '' === $asked ), $text ) ), $value, "$state $asked", 'harmless words' );
			}
		}
	}

	/** @dataProvider words */
	public function test_a_word_that_nobody_knows_is_text( string $path ): void {
		list( , $view ) = array_values( $this->views() );
		$all            = array( 'view' => $view, 'flash' => self::flash( true ) );
		$change         = function ( string $text ) use ( $all, $path ): string {
			$place = &$all;
			foreach ( explode( '.', $path ) as $key ) {
				$place = &$place[ $key ];
			}
			$this->assertIsString( $place, $path );
			$place = $text;
			return $this->page_of( $all['view'], $all['flash'] );
		};
		$this->assert_same_skeleton( $change, self::MARKUP, $path );
	}

	/** @return array<string, array{0: string}> Paths of all words, each one's place in the core's answer or in what is kept of a form. */
	public function words(): array {
		$view  = array( 'status' => array( 'status' => '', 'auth_method' => '', 'last_error' => array( 'code' => '', 'kind' => '' ) ), 'alert' => array( 'code' => '', 'button' => '' ), 'settings' => array( 'auth_method' => '', 'overridden' => array() ), 'actions' => array( array( 'name' => '' ) ), 'authorize' => array( 'parameters' => array( array( 'name' => '' ) ) ), 'problems' => array( array( 'field' => '', 'code' => '' ) ) );
		$paths = array();
		foreach ( array( 'view' => $view, 'flash' => self::flash( true ) ) as $root => $tree ) {
			self::each_leaf(
				$tree,
				static function ( array $path ) use ( &$paths, $root ): void {
					if ( in_array( end( $path ), self::WORDS, true ) ) {
						$paths[] = implode( '.', array( $root, ...$path ) );
					}
				}
			);
		}
		return array_combine( $paths, array_map( static fn( $path ) => array( $path ), $paths ) );
	}

	/** @dataProvider values */
	public function test_what_the_site_says_of_itself_is_text( string $value ): void {
		$this->connect();
		$set = function ( string $text ): string {
			foreach ( array( 'blogname', 'admin_email', 'date_format', 'time_format' ) as $option ) {
				remove_all_filters( "pre_option_$option" );
				add_filter( "pre_option_$option", static fn() => $text );
			}
			return $this->page() . implode( Settings_Page::add_action_link( array() ) );
		};
		$this->assert_same_skeleton( $set, $value, 'options' );
	}

	/** @dataProvider values */
	public function test_addresses_that_other_plugins_change_are_no_script( string $value ): void {
		$this->connect();
		$set = function ( string $text ): string {
			$change = static fn() => $text;
			foreach ( array( 'admin_url', 'plugins_url' ) as $filter ) {
				remove_all_filters( $filter );
				add_filter( $filter, $change );
			}
			ob_start();
			Connector_For_Mautic\Script_Modules::render_preloads();
			return $this->page() . implode( Settings_Page::add_action_link( array() ) ) . ob_get_clean();
		};
		$this->assert_same_skeleton( $set, $value, 'addresses' );
	}

	/** @dataProvider values */
	public function test_settings_from_outside_the_database_are_text( string $value ): void {
		$set = function ( string $text ): string {
			foreach ( array( 'BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD', 'REFRESH_TOKEN_LIFETIME_DAYS' ) as $name ) {
				putenv( "CONNECTOR_FOR_MAUTIC_$name=" . str_replace( "\0", '', substr( $text, 0, 50_000 ) ) );
			}
			return $this->page();
		};
		$this->assert_no_other_tags( $set, $value, 'environment', ' not an address' );
	}

	/** @dataProvider values */
	public function test_rows_that_somebody_else_wrote_are_text( string $value ): void {
		$this->connect();
		$set = function ( string $text ): string {
			foreach ( array( 'connector_for_mautic_log', 'connector_for_mautic_history' ) as $option ) {
				$entries = array( array( 'at' => time(), 'code' => $text, 'error' => $text ), array( 'at' => time(), 'code' => 'refreshed', 'error' => $text, 'http_status' => $text ), array( 'at' => $text, 'code' => 'refreshed' ), array( $text => $text ) );
				delete_option( $option );
				add_option( $option, "\n" . implode( "\n", array_map( static fn( $entry ) => wp_json_encode( $entry, JSON_INVALID_UTF8_SUBSTITUTE ), $entries ) ) . "\n" . $text, '', false );
			}
			Alert::keep( array( 'code' => $text, 'since' => time() - 60, 'from' => time() - 60, 'button' => $text ) );
			return $this->page();
		};
		$this->assert_no_other_tags( $set, $value, 'rows', ' harmless' );
	}

	/**
	 * A Mautic that says nothing else, from its first answer on: through the transport and the core to every place where
	 * something of it is shown.
	 *
	 * @dataProvider values
	 */
	public function test_whatever_mautic_says_is_text_everywhere( string $value ): void {
		$this->assert_no_other_tags( fn( $text ) => $this->after_answers_with( $text ), $value, 'Mautic', ' harmless ' );
	}

	/** What a terminal, a log or a table of WP-CLI would follow instead of show: the core takes it out. */
	public function test_no_control_and_no_direction_of_text_comes_through(): void {
		$text = "a\x1b[2J\x1b]0;x\x07b\u{9b}31m\x7f\r\nc\u{202E}\u{2066}d\u{2028}e";
		$this->after_answers_with( $text );
		// What a plugin of this site wants to read is its own word.
		remove_all_filters( 'connector_for_mautic_wanted_paths' );
		$this->answers = array_fill( 0, 40, $this->json( array( 'errors' => array( array( 'message' => $text, 'code' => 404 ) ) ), 404 ) );
		$shown = wp_json_encode( array( connector_for_mautic_status(), Doctor::run()->steps ), JSON_UNESCAPED_UNICODE );
		$this->assertStringContainsString( '31m', $shown );
	$this->assertDoesNotMatchRegularExpression( '/\\\\u00|\\\\[rntbf]|[\x{7f}-\x{9f}\x{202a}-\x{202e}\x{2028}\x{2029}\x{2066}-\x{2069}]/u', $shown );
	}

	/** Lets Mautic say something in each of its answers, and returns all that is shown of it. */
	private function after_answers_with( string $text ): string {
		delete_option( Connector_For_Mautic\Storage::option_name() );
		add_filter( 'pre_wp_mail', '__return_true' );
		$this->configure();
		parse_str( (string) wp_parse_url( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
		$said          = fn( int $status ) => $this->json_of( array( 'errors' => array( array( 'message' => $text, 'type' => 'invalid_grant', 'code' => $status ) ) ), $status );
		$this->answers = array( $this->token( 1 ), $this->json_of( array( 'id' => 1, 'username' => $text, 'firstName' => $text, 'lastName' => $text, 'email' => $text, 'role' => array( 'name' => $text ) ), 200, array( 'mautic-version' => $text ) ) );
		Authorize_Return::handle( "state={$query['state']}&code=code-1" );

		$this->answers = array_fill( 0, 40, new WP_Error( 'http_request_failed', $text ) );
		Runner::of_site()->run( array( 'type' => 'refresh' ) );
		$shown  = $this->everything();
		$shown .= $this->explained( $text );
		Flash::set( 'return', Authorize_Return::handle( http_build_query( array( 'state' => $query['state'], 'error' => $text, 'error_description' => $text ) ) ) );
		$shown .= $this->page();

		// The doctor, on its way: a redirect to wherever, a page, a refusal.
		add_filter( 'connector_for_mautic_wanted_paths', static fn() => array( $text, 'contacts' ) );
		foreach ( array( array( 'response' => array( 'code' => 302, 'message' => $text ), 'headers' => array( 'location' => $text ), 'body' => $text ), array( 'response' => array( 'code' => 200, 'message' => $text ), 'headers' => array( 'content-type' => 'text/html' ), 'body' => "<h1>$text</h1>" ), $said( 400 ), $said( 404 ) ) as $answer ) {
			$this->answers = array_fill( 0, 40, $answer );
			$lines         = '';
			Doctor_Stream::write(
				static function ( string $line ) use ( &$lines ): void {
					$lines .= json_decode( $line, true, 512, JSON_THROW_ON_ERROR )['html'] ?? '';
				}
			);
			$shown .= $lines . $this->page();
		}
		$this->answers = array( $said( 400 ) );
		Runner::of_site()->run( array( 'type' => 'refresh' ) );
		return $shown . $this->everything();
	}

	/** The page, the notice, Site Health and the export of personal data, as they are now. */
	private function everything(): string {
		$alert = Alert::due() ?? array( 'code' => 'x', 'since' => 1, 'button' => '' );
		Alert::keep( array( 'from' => 1 ) + $alert );
		set_current_screen( 'dashboard' );
		ob_start();
		Admin_Notice::render();
		$shown  = ob_get_clean() . $this->page();
		$health = Site_Health::add_tests( array() )['direct']['connector_for_mautic']['test']();
		$shown .= $health['description'] . $health['actions'];
		// WordPress takes some HTML in what is exported.
		$account = connector_for_mautic_status()['account_email'] ?? '';
		$groups  = array();
		foreach ( Personal_Data::export( $account )['data'] as $item ) {
			$groups[ $item['group_id'] ] = array( 'group_label' => $item['group_label'], 'group_description' => $item['group_description'] ) + ( $groups[ $item['group_id'] ] ?? array() );
			$groups[ $item['group_id'] ]['items'][ $item['item_id'] ] = $item['data'];
		}
		foreach ( $groups as $id => $group ) {
			$shown .= wp_privacy_generate_personal_data_export_group_html( $group, $id, count( $groups ) );
		}
		return $shown;
	}

	/** The page after somebody has pasted something. */
	private function explained( string $text ): string {
		$shown = '';
		foreach ( array( $text, "https://evil.example/?redirect_uri=$text&client_id=$text&error=$text", (string) wp_json_encode( array( 'errors' => array( array( 'message' => $text, 'type' => 'invalid_client', 'code' => 400 ) ) ), JSON_INVALID_UTF8_SUBSTITUTE ) ) as $pasted ) {
			$this->post( 'explain', array( 'text' => $pasted ) );
			$this->redirect_of( array( Form_Handler::class, 'explain' ) );
			$shown .= $this->page();
		}
		return $shown;
	}

	private function json_of( array $body, int $status = 200, array $headers = array() ): array {
		return array( 'body' => (string) wp_json_encode( $body, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES ) ) + $this->json( array(), $status, $headers );
	}

	/** @return array<string, array> What the core says of a site that has nothing, is connected, has lost its connection, and waits for somebody. */
	private function views(): array {
		$view  = static fn() => Runner::of_site()->run( array( 'type' => 'view', 'redirect_uri' => Authorize_Return::redirect_uri() ) )->answer;
		$views = array( 'nothing' => $view() );
		$this->connect();
		$this->answers = array( new WP_Error( 'http_request_failed', 'cURL error 7: nobody there' ) );
		Runner::of_site()->run( array( 'type' => 'refresh' ) );
		$views['trouble'] = $view();
		$views['trouble']['settings']['overridden'] = array( 'client_id' );
		$views['trouble']['problems'] = array( array( 'field' => 'base_url', 'code' => 'base_url.invalid', 'host' => 'host', 'detail' => 'detail' ) );
		$views['lost']    = array_replace_recursive( $views['trouble'], array( 'status' => array( 'status' => 'needs_authorization', 'last_error' => array( 'code' => 'token.invalid_grant' ) ) ) );
		$views['pending'] = array_replace_recursive( $views['nothing'], array( 'status' => array( 'status' => 'pending', 'base_url' => 'x' ) ) );
		$views['moved']   = array( 'actions' => array( array( 'name' => 'site_moved', 'enabled' => true ), array( 'name' => 'site_copied', 'enabled' => true ) ) ) + $views['trouble'];
		return $views;
	}

	/** What is kept of a form, with everything that may be in it. */
	private static function flash( bool $full ): array {
		$error = array( 'code' => 'token.not_found', 'kind' => 'user', 'detail' => 'said', 'host' => 'host', 'suggestion' => 'https://mautic.example.test/crm', 'http_status' => 404 );
		$step  = array( 'name' => 'path', 'state' => 'failed', 'detail' => 'contacts', 'error' => $error, 'milliseconds' => 5, 'requests' => array( array( 'method' => 'GET', 'url' => 'https://mautic.example.test/', 'status' => 404 ) ) );
		$ends  = array( 'action' => 'save', 'ok' => $full, 'error' => $error, 'explained' => array( 'code' => 'explain.redirect_uri_differs' ) + $error, 'steps' => array( $step, array( 'name' => 'permission', 'state' => 'warned', 'error' => array( 'code' => 'api.forbidden' ) + $error ) + $step ) );
		return $ends + array(
			'problems' => $full ? array() : array( array( 'field' => 'base_url', 'code' => 'base_url.host_not_ascii', 'host' => 'host', 'detail' => 'detail' ) ),
			'values'   => array( 'auth_method' => 'basic', 'base_url' => 'typed', 'client_id' => 'typed', 'username' => 'typed', 'refresh_token_lifetime_days' => 'typed', 'notify_lost' => '1' ),
		);
	}

	/** The page as it is after the core has said something. */
	private function page_of( array $view, array $flash ): string {
		// Not through the database, which refuses what is no UTF-8.
		remove_all_filters( 'pre_transient_connector_for_mautic_flash_1' );
		add_filter( 'pre_transient_connector_for_mautic_flash_1', static fn() => $flash );
		Closure::bind( static fn() => self::$view = new Result( $view ), null, Settings_Page::class )();
		ob_start();
		Settings_Page::render();
		return ob_get_clean();
	}

	/** The same with a text in place of every one that is free. The core's answers are JSON, in which all is UTF-8. */
	private static function filled( array $tree, string $text ): array {
		$text = mb_scrub( $text );
		self::each_leaf(
			$tree,
			static function ( array $path, string &$leaf ) use ( $text ): void {
				$leaf = in_array( end( $path ), self::WORDS, true ) ? $leaf : $text;
			}
		);
		return $tree;
	}

	/** Calls something with the path of each text in a tree, and with the text itself. */
	private static function each_leaf( array &$tree, callable $with, array $path = array() ): void {
		foreach ( $tree as $key => &$leaf ) {
			if ( is_array( $leaf ) ) {
				self::each_leaf( $leaf, $with, array( ...$path, $key ) );
			} elseif ( is_string( $leaf ) ) {
				$with( array( ...$path, $key ), $leaf );
			}
		}
	}

	/** Fails unless what a value is shown in is made as with a harmless one. */
	private function assert_same_skeleton( callable $render, string $value, string $what, string $harmless = 'harmless' ): void {
		$hostile = $render( $value );
		$usual   = self::$usual[ $what ] ??= Skeleton::of( $render( $harmless ) );
		$this->assertGreaterThan( 20, count( $usual ), $what );
		$this->assertSame( '', Skeleton::difference( $usual, Skeleton::of( $hostile ) ), $what );
		$this->assertSame( array(), Skeleton::faults( $hostile ), $what );
	}

	/** The same where a value decides what is said: nothing is there then that a harmless one does not bring too. */
	private function assert_no_other_tags( callable $render, string $value, string $what, string $harmless ): void {
		$hostile = $render( $value );
		$usual   = self::$usual[ $what ] ??= Skeleton::of( $render( $harmless ) );
		$this->assertGreaterThan( 20, count( $usual ), $what );
		$this->assertSame( array(), array_values( array_diff( array_unique( Skeleton::of( $hostile ) ), $usual ) ), $what );
		$this->assertSame( array(), Skeleton::faults( $hostile ), $what );
	}
}
