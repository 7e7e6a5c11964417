using Anywise.Domain;

namespace Anywise.EfCore.Collecting;

/// <summary>What a save took from one aggregate.</summary>
internal readonly record struct CollectedEvents(DomainEvents Source, List<RaisedEvent> Raised);
