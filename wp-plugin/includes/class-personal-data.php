<?php
/**
 * What is stored of people.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * WordPress' tools to export and to erase personal data. There is little: the Mautic user that the
 * connection speaks for, an authorization that a WordPress user has begun, and what one typed last. Log and
 * history have nobody's name.
 */
final class Personal_Data {

	private const ID = 'connector-for-mautic';

	/**
	 * Adds the exporter.
	 *
	 * @param array<string, array<string, mixed>> $exporters The exporters there are.
	 * @return array<string, array<string, mixed>>
	 */
	public static function add_exporter( $exporters ) {
		$exporters[ self::ID ] = array(
			'exporter_friendly_name' => __( 'Connector for Mautic', 'connector-for-mautic' ),
			'callback'               => array( self::class, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Adds the eraser.
	 *
	 * @param array<string, array<string, mixed>> $erasers The erasers there are.
	 * @return array<string, array<string, mixed>>
	 */
	public static function add_eraser( $erasers ) {
		$erasers[ self::ID ] = array(
			'eraser_friendly_name' => __( 'Connector for Mautic', 'connector-for-mautic' ),
			'callback'             => array( self::class, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * What is stored of the person with an e-mail address. An authorization that is under way has nothing
	 * in it to export but its user's id, and is over in minutes.
	 *
	 * @param string $email The address.
	 * @return array{data: array<int, array<string, mixed>>, done: bool}
	 */
	public static function export( $email ): array {
		$view  = self::view();
		$items = array();
		if ( self::has_account( $email, $view ) || self::logs_in( $email, $view ) ) {
			$status           = $view['status'];
			$items['account'] = array(
				__( 'Mautic server', 'connector-for-mautic' )  => $status['base_url'] ?? null,
				__( 'Account e-mail', 'connector-for-mautic' ) => $status['account_email'] ?? null,
				__( 'Account name', 'connector-for-mautic' )   => $status['account_name'] ?? null,
				__( 'Account role', 'connector-for-mautic' )   => $status['account_role'] ?? null,
				__( 'User name', 'connector-for-mautic' )      => self::logs_in( $email, $view ) ? $view['settings']['username'] : null,
			);
		}
		$flash = Flash::of( self::user( $email ) );
		if ( $flash ) {
			$items['entered'] = array( __( 'Last action on the page “Mautic”', 'connector-for-mautic' ) => $flash['action'] ) + $flash['values'];
		}
		return array(
			'data' => array_map( array( self::class, 'item' ), array_keys( $items ), $items ),
			'done' => true,
		);
	}

	/**
	 * Forgets the person with an e-mail address.
	 *
	 * @param string $email The address.
	 * @return array{items_removed: bool, items_retained: bool, messages: string[], done: bool}
	 */
	public static function erase( $email ): array {
		$user   = self::user( $email );
		$erased = null !== Flash::of( $user );
		Flash::forget( $user );

		$logs_in  = self::logs_in( $email, self::view() );
		$before   = Storage::row( Storage::option_name() );
		$result   = Runner::of_site()->run(
			array(
				'type'  => 'forget_account',
				'email' => (string) $email,
				'user'  => $user,
			)
		);
		$erased   = $erased || Storage::row( Storage::option_name() ) !== $before;
		$messages = array();
		if ( ! $result->ok() ) {
			/* translators: %s: why */
			$messages[] = sprintf( __( 'Connector for Mautic may still have the person’s Mautic account: %s', 'connector-for-mautic' ), esc_html( $result->to_wp_error()->get_error_message() ) ); // WordPress takes HTML here too.
		}
		if ( $logs_in ) {
			$messages[] = __( 'Connector for Mautic keeps the person’s Mautic user name, which it logs in with. To remove it, enter another one or press Reset on the page “Mautic”.', 'connector-for-mautic' );
		}
		return array(
			'items_removed'  => $erased,
			'items_retained' => array() !== $messages,
			'messages'       => $messages,
			'done'           => true,
		);
	}

	/**
	 * What there is to see of the connection.
	 *
	 * @return array<string, mixed> The core's answer to `view`.
	 */
	private static function view(): array {
		return Runner::of_site()->run( array( 'type' => 'view' ) )->answer;
	}

	/**
	 * Whether the connection speaks for the person with an address.
	 *
	 * @param string               $email The address.
	 * @param array<string, mixed> $view  The core's answer to `view`.
	 */
	private static function has_account( $email, array $view ): bool {
		return '' !== $email && 0 === strcasecmp( $email, $view['status']['account_email'] ?? '' );
	}

	/**
	 * Whether the stored user name is that of the person with an address.
	 *
	 * @param string               $email The address.
	 * @param array<string, mixed> $view  The core's answer to `view`.
	 */
	private static function logs_in( $email, array $view ): bool {
		$name = $view['settings']['username'] ?? '';
		return '' !== $name && ( 0 === strcasecmp( $email, $name )
			|| ( Method::BASIC === Method::of( $view['settings'] ) && self::has_account( $email, $view ) ) );
	}

	/**
	 * The id of the WordPress user with an address, or 0.
	 *
	 * @param string $email The address.
	 */
	private static function user( $email ): int {
		$user = get_user_by( 'email', $email );
		return $user ? $user->ID : 0;
	}

	/**
	 * An item as WordPress exports it, which takes some HTML in values.
	 *
	 * @param string                     $id    Its id.
	 * @param array<string, string|null> $facts Values by name.
	 * @return array<string, mixed>
	 */
	private static function item( string $id, array $facts ): array {
		$facts = array_filter( $facts, static fn( $value ) => '' !== (string) $value );
		return array(
			'group_id'          => self::ID,
			'group_label'       => __( 'Connection to Mautic', 'connector-for-mautic' ),
			'group_description' => __( 'What Connector for Mautic stores of the person.', 'connector-for-mautic' ),
			'item_id'           => self::ID . '-' . $id,
			'data'              => array_map( static fn( $name, $value ) => compact( 'name' ) + array( 'value' => esc_html( (string) $value ) ), array_keys( $facts ), $facts ),
		);
	}
}
