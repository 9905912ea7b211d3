<?php
/**
 * Sites of one network, each with a Mautic of its own.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Network;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

/**
 * Runs the real core on several sites against Mautics that accept everything: each has tokens and an
 * account with its own host's name in them.
 */
abstract class Network_Case extends Plugin_Case {

	protected const SITES = array( 'one', 'two', 'three' );

	/** @var array<int, array{host: string, path: string, body: string, token: string}> Requests that the Mautics got. */
	protected array $requests = array();

	/** Makes the sites that all tests use, since a test's transaction cannot take tables back. */
	public static function make_sites(): void {
		foreach ( self::SITES as $name ) {
			if ( 0 === self::site( $name ) ) {
				self::make_site( $name );
			}
		}
	}

	/** The id of a site by its name; 0 if there is none. */
	protected static function site( string $name ): int {
		return get_sites( array( 'path' => "/$name/", 'fields' => 'ids' ) )[0] ?? 0;
	}

	protected static function make_site( string $name ): int {
		$site = wp_insert_site( array( 'domain' => get_network()->domain, 'path' => "/$name/", 'title' => $name, 'user_id' => 1 ) );
		return is_wp_error( $site ) ? throw new RuntimeException( $site->get_error_message() ) : $site;
	}

	protected function setUp(): void {
		parent::setUp();
		wp_set_current_user( 1 );
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', fn( $response, $arguments, $url ) => $this->answer( $arguments, $url ), 10, 3 );
	}

	protected function tearDown(): void {
		$this->assertSame( array(), $GLOBALS['_wp_switched_stack'] ?? array() );
		parent::tearDown();
	}

	/** Connects a site to the Mautic of a host. */
	protected function connect( int $site, string $host ): void {
		$this->on(
			$site,
			function () use ( $host ): void {
				$this->assertTrue( Form_Handler::save_values( array( 'base_url' => "https://$host", 'client_id' => '1_abc', 'client_secret' => "secret-$host" ) )->ok() );
				$url = Runner::of_site()->run( Form_Handler::authorize_event() )->redirect;
				parse_str( wp_parse_url( $url, PHP_URL_QUERY ), $query );
				$result = Authorize_Return::handle( "state={$query['state']}&code=code-1" );
				$this->assertTrue( $result->ok(), wp_json_encode( $result->error() ) );
			}
		);
		$this->requests = array();
	}

	/** Lets the time come at which a connected site renews in the background. */
	protected function let_it_be_time( int $site ): void {
		$this->on(
			$site,
			function (): void {
				$storage  = new Storage( Connector_For_Mautic\Cipher::of_site() );
				$document = json_decode( $storage->read(), true );
				$document['grant'] = array( 'renew_at' => 1, 'background_renew_at' => 1, 'expires_at' => 1 ) + $document['grant'];
				$this->assertSame( Storage::STORED, $storage->write( wp_json_encode( $document ), $document['revision'] ) );
			}
		);
	}

	/** Has a site's turn come. */
	protected function let_it_be_due( int ...$sites ): void {
		global $wpdb;
		foreach ( $sites as $site ) {
			Due_Table::remove( $site );
			$wpdb->insert( Due_Table::name(), array( 'blog_id' => $site, 'connection_id' => Storage::CONNECTION, 'due_at' => time() - 5 ) );
		}
	}

	/** @return mixed What comes of something that is done on a site. */
	protected function on( int $site, callable $work ) {
		switch_to_blog( $site );
		try {
			return $work();
		} finally {
			restore_current_blog();
		}
	}

	/** Rows of sites that nobody has made: 10,000 at most, from the id 1000 on. */
	protected function simulate_sites( int $count ): void {
		global $wpdb;
		$digits = '(SELECT ' . implode( ' AS d UNION ALL SELECT ', range( 0, 9 ) ) . ' AS d)';
		$wpdb->query(
			"INSERT INTO $wpdb->blogs (blog_id, site_id, domain, path)
				SELECT 1000 + n, 1, '127.0.0.1', CONCAT('/s', n, '/')
				FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM $digits a, $digits b, $digits c, $digits e) AS numbers WHERE n < $count"
		);
	}

	/** Has the turn of those sites come at a time. */
	protected function simulate_rows( int $at ): void {
		global $wpdb;
		$wpdb->query( 'INSERT INTO ' . Due_Table::name() . " (blog_id, connection_id, due_at) SELECT blog_id, 'default', $at FROM $wpdb->blogs WHERE blog_id >= 1000" );
	}

	/** @return array<int, int> When each site is to be woken. */
	protected function due(): array {
		global $wpdb;
		$rows = $wpdb->get_results( 'SELECT blog_id, due_at FROM ' . Due_Table::name() . ' ORDER BY blog_id', ARRAY_A );
		return array_map( 'intval', array_column( $rows, 'due_at', 'blog_id' ) );
	}

	/** The hosts whose Mautics were asked for tokens, in order. */
	protected function renewed(): array {
		return array_column( array_filter( $this->requests, static fn( $request ) => '/oauth/v2/token' === $request['path'] ), 'host' );
	}

	/** The plugin as it is where it is not active for the network. */
	protected function activate_on_sites_only(): void {
		add_filter( 'site_option_active_sitewide_plugins', '__return_empty_array' );
		$this->assertFalse( Network::is_active() );
	}

	/** Lets the event of the main site happen, as wp-cron.php does. */
	protected function run_cron(): void {
		do_action( Network::HOOK );
	}

	/** @return array[] Of every event of a site's own. */
	protected function own_events( int $site ): array {
		return $this->on( $site, static fn() => array_keys( array_filter( _get_cron_array(), static fn( $hooks ) => isset( $hooks[ Cron::HOOK ] ) ) ) );
	}

	private function answer( array $arguments, string $url ): array {
		$parts            = wp_parse_url( $url );
		$this->requests[] = array(
			'host'  => $parts['host'],
			'path'  => $parts['path'],
			'body'  => $arguments['body'],
			'token' => $arguments['headers']['Authorization'] ?? '',
		);
		return answer_of_a_mautic( $url );
	}
}
