<?php
/**
 * The ways to authenticate, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * What the page says differently for each method. The core decides what a method does; here it only
 * has its words, and the button that its owner presses next.
 */
enum Method: string {

	case AUTHORIZATION_CODE = 'authorization_code';
	case CLIENT_CREDENTIALS = 'client_credentials';
	case BASIC              = 'basic';

	/**
	 * The method of a connection. One that nobody knows has the first one's words.
	 *
	 * @param array<string, mixed> $status The status object, or the core's settings.
	 */
	public static function of( array $status ): self {
		return self::tryFrom( (string) ( $status['auth_method'] ?? '' ) ) ?? self::AUTHORIZATION_CODE;
	}

	/**
	 * Its name.
	 */
	public function label(): string {
		return match ( $this ) {
			self::AUTHORIZATION_CODE => __( 'Authorization code', 'connector-for-mautic' ),
			self::CLIENT_CREDENTIALS => __( 'Client credentials', 'connector-for-mautic' ),
			self::BASIC              => __( 'Basic', 'connector-for-mautic' ),
		};
	}

	/**
	 * Whom it is for.
	 */
	public function purpose(): string {
		return match ( $this ) {
			self::AUTHORIZATION_CODE => __( 'Recommended. You log in to Mautic once and accept; the site then works with your rights there and never learns your password.', 'connector-for-mautic' ),
			self::CLIENT_CREDENTIALS => __( 'No person logs in. An administrator of Mautic creates the credentials, and whoever has them works with the rights of that administrator’s role.', 'connector-for-mautic' ),
			self::BASIC              => __( 'User name and password of a Mautic user. Only if the other two cannot be used: it is the riskiest, and Mautic has it switched off by default.', 'connector-for-mautic' ),
		};
	}

	/**
	 * The form whose button connects.
	 */
	public function next(): string {
		return self::AUTHORIZATION_CODE === $this ? 'authorize' : 'test';
	}

	/**
	 * What that button says.
	 */
	public function button(): string {
		return Buttons::labels()[ $this->next() ];
	}

	/**
	 * The word for a connection that is set up and was not used yet.
	 */
	public function ready(): string {
		return self::AUTHORIZATION_CODE === $this ? __( 'Ready to authorize', 'connector-for-mautic' ) : __( 'Ready', 'connector-for-mautic' );
	}

	/**
	 * Why there is no token to renew, if there never is one.
	 */
	public function without_token(): string {
		return self::BASIC === $this ? __( 'every call brings the password', 'connector-for-mautic' ) : '';
	}

	/**
	 * Why nobody has to connect again by some time, if that is so.
	 */
	public function without_end(): string {
		return match ( $this ) {
			self::AUTHORIZATION_CODE => '',
			self::CLIENT_CREDENTIALS => __( 'the site gets new tokens by itself', 'connector-for-mautic' ),
			self::BASIC              => __( 'the password counts until it is changed in Mautic', 'connector-for-mautic' ),
		};
	}

	/**
	 * What Disconnect does.
	 */
	public function question(): string {
		$until_then = __( 'Until then, plugins that use the connection get an error.', 'connector-for-mautic' );
		return match ( $this ) {
			self::AUTHORIZATION_CODE => __( 'The site forgets its tokens and the account. The settings stay, so that Authorize connects it again.', 'connector-for-mautic' ),
			self::CLIENT_CREDENTIALS => __( 'The site forgets its token and the account, and gets no new one. The settings stay, so that Test connection connects it again.', 'connector-for-mautic' ),
			self::BASIC              => __( 'The site forgets the account and sends nothing to Mautic any more. User name and password stay stored, so that Test connection connects it again.', 'connector-for-mautic' ),
		} . ' ' . $until_then;
	}

	/**
	 * What Disconnect has done.
	 */
	public function disconnected(): string {
		return __( 'This site is disconnected. Its settings are kept.', 'connector-for-mautic' ) . ' ' . ( self::BASIC === $this
			? __( 'The password still opens Mautic; to withdraw it, change that user’s password there.', 'connector-for-mautic' )
			: __( 'Mautic itself still knows the credentials; to withdraw them, delete them there under Settings, API Credentials.', 'connector-for-mautic' ) );
	}
}
