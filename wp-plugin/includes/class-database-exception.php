<?php
/**
 * The database failed.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A query that the database did not answer; its message is what the database said, without the query.
 */
final class Database_Exception extends \RuntimeException {
}
