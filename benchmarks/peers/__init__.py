"""The peers: other implementations, each measured in a process of its own or through PyLD in ours."""
