namespace Anywise.EfCore.Committing;

/// <summary>The part that one context has in a transaction.</summary>
internal interface ITransactionParticipant
{
    /// <summary>The context has not left the transaction, so that it will tell how it ends.</summary>
    bool TakesPart { get; }
}
