namespace Coral.Audit.Shipping.Access;

/// <summary>A file that access needs can't be read: nothing was sent.</summary>
internal sealed class CredentialsException(string message, Exception cause) : IOException(message, cause);
