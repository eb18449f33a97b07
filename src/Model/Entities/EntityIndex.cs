using System.Collections.Immutable;

namespace PixieOrleans.Model.Entities;

/// <summary>Entities of one kind, by id and by full name; never changes.</summary>
internal readonly record struct EntityIndex<T>(
    ImmutableDictionary<string, T> ById, ImmutableDictionary<string, string> IdsByName)
    where T : Entity
{
    /// <summary>Without entities.</summary>
    public static EntityIndex<T> Empty { get; } = new(
        ImmutableDictionary.Create<string, T>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The entity with an id, or null.</summary>
    public T? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The entity that had a name last, or null.</summary>
    public T? FindByName(string name) => IdsByName.TryGetValue(name, out var id) ? Find(id) : null;
}

/// <summary>The same while it changes; pictures of it share what stays.</summary>
internal sealed class EntityIndexBuilder<T>
    where T : Entity
{
    private readonly ImmutableDictionary<string, T>.Builder _byId = EntityIndex<T>.Empty.ById.ToBuilder();
    private readonly ImmutableDictionary<string, string>.Builder _idsByName =
        EntityIndex<T>.Empty.IdsByName.ToBuilder();

    /// <summary>The entity with an id, or null.</summary>
    public T? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds an entity or replaces the one with its id.</summary>
    public void Set(T entity)
    {
        if (Find(entity.Id) is { } previous && previous.FullName != entity.FullName)
        {
            RemoveName(previous);
        }

        _byId[entity.Id] = entity;
        _idsByName[entity.FullName] = entity.Id;
    }

    /// <summary>Removes an entity; a name that a later one has taken over stays with that.</summary>
    public void Remove(T entity)
    {
        _byId.Remove(entity.Id);
        RemoveName(entity);
    }

    /// <summary>A picture of now.</summary>
    public EntityIndex<T> ToIndex() => new(_byId.ToImmutable(), _idsByName.ToImmutable());

    private void RemoveName(T entity)
    {
        if (_idsByName.TryGetValue(entity.FullName, out var id) && id == entity.Id)
        {
            _idsByName.Remove(entity.FullName);
        }
    }
}
