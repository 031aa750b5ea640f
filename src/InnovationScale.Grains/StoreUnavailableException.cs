namespace InnovationScale;

/// <summary>
/// The store is away, full of work, or its last answer is not known. Nothing is lost by sending the same command again under the same id:
/// it takes effect once.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
