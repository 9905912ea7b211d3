<?php
/**
 * Bodies of API calls: JSON, forms, uploads.
 *
 * @package Connector_For_Mautic
 */

/** @group http */
final class RequestBodyTest extends Connected_Case {

	private string $folder;

	protected function setUp(): void {
		parent::setUp();
		$this->folder = get_temp_dir() . uniqid( 'upload-' );
		mkdir( $this->folder );
	}

	protected function tearDown(): void {
		array_map( 'unlink', glob( $this->folder . '/*' ) );
		rmdir( $this->folder );
		parent::tearDown();
	}

	public function test_an_array_is_a_form_if_its_type_says_so(): void {
		$sent = $this->send( array( 'body' => array( 'email' => 'a+b@é.test', 'tags' => array( 'x', 'y & z' ), 'on' => true, 'none' => null ), 'content_type' => 'application/x-www-form-urlencoded' ) );
		$this->assertSame( 'application/x-www-form-urlencoded', $sent['type'] );
		parse_str( $sent['body'], $form );
		$this->assertSame( array( 'email' => 'a+b@é.test', 'tags' => array( 'x', 'y & z' ), 'on' => '1' ), $form );
	}

	public function test_a_string_goes_as_it_is(): void {
		$this->assertSame( array( 'type' => 'text/csv', 'body' => "a;b\n1;2" ), $this->send( array( 'body' => "a;b\n1;2", 'content_type' => 'text/csv' ) ) );
		$this->assertSame( array( 'type' => 'application/json', 'body' => '{"a":1.50}' ), $this->send( array( 'body' => '{"a":1.50}' ) ) );
	}

	public function test_objects_and_empty_arrays_keep_their_shape(): void {
		$this->assertSame( '{"a":{},"b":[],"url":"https://é.test/"}', $this->send( array( 'body' => array( 'a' => new stdClass(), 'b' => array(), 'url' => 'https://é.test/' ) ) )['body'] );
	}

	public function test_files_and_fields_arrive_as_php_reads_them(): void {
		$bytes = random_bytes( 5000 ) . "\r\n--boundary\r\n";
		file_put_contents( $this->folder . '/Bild "é".png', $bytes );
		$server = new Local_Server();
		$body   = Connector_For_Mautic\Request_Body::of(
			array(
				'body'  => array( 'title' => "line 1\r\nline 2", 'tags' => array( 'a', 'b' ) ),
				'files' => array(
					'file'  => $this->folder . '/Bild "é".png',
					'notes' => array( 'contents' => '', 'name' => 'n\\', 'type' => 'text/plain; charset=utf-8' ),
					'evil"; filename="x' => array( 'contents' => 'y', 'name' => "z\r\nX-Header: 1" ),
				),
			)
		);
		$this->assertFalse( $body->is_utf8() );
		$curl = curl_init( $server->url( '/upload' ) );
		curl_setopt_array( $curl, array( CURLOPT_POSTFIELDS => $body->bytes, CURLOPT_HTTPHEADER => array( 'Content-Type: ' . $body->content_type ), CURLOPT_RETURNTRANSFER => true ) );
		$arrived = json_decode( curl_exec( $curl ), true );
		$server->stop();
		$this->assertSame( array( 'title' => "line 1\r\nline 2", 'tags' => array( 'a', 'b' ) ), $arrived['fields'] );
		$this->assertSame( array( 'Bild %22é%22.png', 'image/png', hash( 'sha256', $bytes ) ), $arrived['files']['file'] );
		$this->assertSame( array( 'n%5C', 'text/plain', hash( 'sha256', '' ) ), $arrived['files']['notes'] );
		$this->assertSame( array( 'z%0D%0AX-Header: 1', 'application/octet-stream', hash( 'sha256', 'y' ) ), $arrived['files']['evil%22;_filename=%22x'] );
		$this->assertCount( 3, $arrived['files'] );
	}

	public function test_an_upload_goes_through_the_connection(): void {
		file_put_contents( $this->folder . '/a.txt', 'contents' );
		$sent = $this->send( array( 'files' => array( 'file' => $this->folder . '/a.txt' ) ) );
		$this->assertMatchesRegularExpression( '~^multipart/form-data; boundary=([a-z0-9-]{30,70})$~', $sent['type'] );
		$boundary = substr( $sent['type'], 30 );
		$this->assertSame( "--$boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\ncontents\r\n--$boundary--\r\n", $sent['body'] );
	}

	public function test_multipart_without_files_is_one_too(): void {
		$sent = $this->send( array( 'body' => array( 'a' => '1' ), 'content_type' => 'multipart/form-data' ) );
		$this->assertStringContainsString( "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", $sent['body'] );
	}

	/** @dataProvider wrong_arguments */
	public function test_what_cannot_be_sent_is_named( string $code, array $args, string $detail = '' ): void {
		$this->connect();
		$error = connector_for_mautic_request( 'POST', 'files/images/new', $args );
		$this->assertWPErrorCode( "connector_for_mautic.$code", $error );
		$this->assertSame( 'misuse', $error->get_error_data()['kind'] );
		if ( '' !== $detail ) {
			$this->assertSame( $detail, $error->get_error_data()['detail'] );
		}
		$this->assertSame( array(), $this->requests );
	}

	public function wrong_arguments(): array {
		$form  = array( 'content_type' => 'application/x-www-form-urlencoded' );
		$named = static fn( $file ) => array( 'files' => array( 'file' => $file ) );
		return array(
			'JSON that is not UTF-8'      => array( 'api_call.body_not_utf8', array( 'body' => array( 'name' => "Andr\xe9" ) ) ),
			'a name that is not UTF-8'    => array( 'api_call.body_not_utf8', array( 'body' => array( "Andr\xe9" => 1 ) ) ),
			'deep inside, not UTF-8'      => array( 'api_call.body_not_utf8', array( 'body' => array( array( array( "\xc3" ) ) ) ) ),
			'a form that is not UTF-8'    => array( 'api_call.body_not_utf8', array( 'body' => array( 'a' => "\xe9" ) ) + $form ),
			'fields that are not UTF-8'   => array( 'api_call.body_not_utf8', array( 'body' => array( 'a' => "\xe9" ), 'files' => array( 'f' => array( 'contents' => '' ) ) ) ),
			'a resource'                  => array( 'api_call.body_invalid', array( 'body' => array( STDERR ) ) ),
			'no number'                   => array( 'api_call.body_invalid', array( 'body' => array( NAN ) ) ),
			'too deep'                    => array( 'api_call.body_invalid', array( 'body' => json_decode( str_repeat( '[', 600 ) . str_repeat( ']', 600 ), true, 601 ) ) ),
			'a type that is no text'      => array( 'api_call.arguments_invalid', array( 'body' => 'x', 'content_type' => array( 'text/plain' ) ), 'content_type' ),
			'files that are none'         => array( 'api_call.arguments_invalid', array( 'files' => '/etc/hostname' ), 'files' ),
			'a file that is a number'     => array( 'api_call.arguments_invalid', $named( 7 ), 'files: file' ),
			'a file of nothing'           => array( 'api_call.arguments_invalid', $named( array( 'name' => 'a.txt' ) ), 'files: file' ),
			'a file of both'              => array( 'api_call.arguments_invalid', $named( array( 'path' => __FILE__, 'contents' => 'x' ) ), 'files: file' ),
			'a file with a number for a name' => array( 'api_call.arguments_invalid', $named( array( 'path' => __FILE__, 'name' => 7 ) ), 'files: file' ),
			'a misspelt member'           => array( 'api_call.arguments_invalid', $named( array( 'path' => __FILE__, 'mime' => 'x/y' ) ), 'files: file' ),
			'files beside a text'         => array( 'api_call.arguments_invalid', $named( __FILE__ ) + array( 'body' => 'x' ), 'body' ),
			'a header in a file’s type'   => array( 'api_call.content_type_invalid', $named( array( 'contents' => 'x', 'type' => "text/plain\r\nX: y" ) ) ),
			'no file there'               => array( 'api_call.file_unreadable', $named( '/nowhere/a.txt' ), 'a.txt' ),
			'a folder'                    => array( 'api_call.file_unreadable', $named( __DIR__ ), 'php' ),
			'a device'                    => array( 'api_call.file_unreadable', $named( '/dev/zero' ), 'zero' ),
			'a URL'                       => array( 'api_call.file_unreadable', $named( 'https://other.example.test/a.txt' ), 'a.txt' ),
			'a stream'                    => array( 'api_call.file_unreadable', $named( 'php://stdin' ), 'stdin' ),
			'data'                        => array( 'api_call.file_unreadable', $named( 'data:text/plain,x' ) ),
			'an archive'                  => array( 'api_call.file_unreadable', $named( 'phar://' . __FILE__ . '/a' ) ),
			'a file with a zero byte'     => array( 'api_call.file_unreadable', $named( __FILE__ . "\0.png" ) ),
		);
	}

	public function test_a_file_that_may_not_be_read_is_refused(): void {
		$this->connect();
		symlink( '/nowhere', $this->folder . '/dangling' );
		$this->assertWPErrorCode( 'connector_for_mautic.api_call.file_unreadable', connector_for_mautic_request( 'POST', 'files/images/new', array( 'files' => array( 'file' => $this->folder . '/dangling' ) ) ) );
	}

	public function test_a_huge_file_does_not_fill_the_memory(): void {
		$huge = fopen( $this->folder . '/huge', 'w' );
		ftruncate( $huge, 1 << 30 );
		fclose( $huge );
		memory_reset_peak_usage();
		$before = memory_get_usage();
		$body   = Connector_For_Mautic\Request_Body::of( array( 'files' => array( 'a' => $this->folder . '/huge', 'b' => $this->folder . '/huge' ) ) );
		$this->assertGreaterThan( 16 << 20, strlen( $body->bytes ) );
		$this->assertLessThan( 17 << 20, strlen( $body->bytes ) );
		$this->assertLessThan( 64 << 20, memory_get_peak_usage() - $before );
	}

	/** What a call sends. */
	private function send( array $args ): array {
		$this->connect();
		$this->answers = array( $this->json( array( 'ok' => true ) ) );
		$response      = connector_for_mautic_request( 'POST', 'contacts/new', $args );
		$this->assertIsArray( $response );
		return array( 'type' => $this->requests[0][3]['Content-Type'], 'body' => $this->requests[0][2] );
	}
}
